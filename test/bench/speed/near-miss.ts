import { guard } from '../../../sidecar/lookup/guards/index.ts';
import { read } from '../../../sidecar/lookup/guards/reading.ts';
import { NearMissIndex } from '../../../sidecar/lookup/near-miss-index.ts';
import { overlap } from '../../../sidecar/lookup/overlap.ts';
import { type Signature, signature } from '../../../sidecar/lookup/signature.ts';
import { spread } from '../load/index.ts';
import { name, random, unrelated } from '../texts.ts';
import { middle, round, type Scenario } from './bench.ts';

const sizes = [1_000, 10_000, 100_000] as const;
const asked = 400;
const rounds = 9;

/** Phase 2 and the guards by themselves, in this process: they are too quick to be seen through HTTP. */
export const nearMiss: Scenario = async () => {
  const growth = [templated, untemplated].map(grow);
  const pieces = readingAndGuards();
  return {
    figures: [
      ...growth.map(({ kind, times }) => {
        const factor = (times.at(-1)?.mean ?? 0) / (times[0]?.mean ?? 1);
        return {
          name: `Phase 2 at 100,000 entries against 1,000: ${kind}`,
          goal: '≤ 2',
          measured: `${round(factor, 2)} (${round(times.at(-1)?.mean ?? 0, 1)} µs)`,
          met: factor <= 2,
        };
      }),
      {
        name: 'Guards, for each candidate',
        goal: '≤ 50 µs',
        measured: `${round(pieces.worst, 1)} µs`,
        met: pieces.worst <= 50,
      },
    ],
    tables: [
      {
        title: 'Phase 2: one lookup, index and overlap, one scope',
        note: `Half of the ${asked} questions have a typing error against a stored text, half are new; means of the middle of ${rounds} rounds. Templated: texts that differ in one or two words only.`,
        columns: ['texts', 'entries', 'mean µs', 'p99 µs', 'candidates', 'MiB for the index'],
        rows: growth.flatMap(({ kind, times }) =>
          times.map(({ size, mean, p99, candidates, mib }) => [
            kind,
            size,
            round(mean, 1),
            round(p99, 1),
            round(candidates, 1),
            round(mib, 1),
          ]),
        ),
      },
      {
        title: 'Signature, reading and guards',
        note: 'Mean µs. “Anew” is the first time that two texts meet, with all that the guards derive from them; “again” is what a popular entry costs.',
        columns: ['text', 'signature', 'reading', 'guards anew', 'guards again'],
        rows: pieces.rows,
      },
    ],
  };
};

type Texts = { kind: string; make: (seed: number) => () => string };

const templated: Texts = {
  kind: 'templated texts',
  make(seed) {
    const next = random(seed);
    return () => `What is the capital of ${name(next)} in ${name(next, 3)}?`;
  },
};

const untemplated: Texts = {
  kind: 'untemplated texts',
  make(seed) {
    const next = random(seed);
    return () =>
      Array.from({ length: 6 + Math.floor(next() * 8) }, () => name(next, 2 + Math.floor(next() * 3))).join(
        ' ',
      );
  },
};

function grow({ kind, make }: Texts) {
  const grown = sizes.map((size) => {
    const stored = Array.from({ length: size }, make(6));
    const before = process.memoryUsage().heapUsed;
    const index = new NearMissIndex<Signature>();
    for (const text of stored) {
      const signed = signature(text);
      if (signed !== undefined) index.add('scope', signed, signed);
    }
    const mib = Math.max(0, process.memoryUsage().heapUsed - before) / 2 ** 20;
    const fresh = make(7);
    const questions = Array.from({ length: asked }, (_, i) =>
      signature(i % 2 === 0 ? mistyped(stored[(i * 7919) % size] ?? '') : fresh()),
    ).filter((each) => each !== undefined);
    return { size, index, questions, mib };
  });
  const rows = grown.map(() => [] as { mean: number; p99: number; candidates: number }[]);
  // The sizes in turn, so that a slow moment of the machine meets all of them.
  for (let i = 0; i < rounds; i++) {
    grown.forEach(({ index, questions }, at) => void rows[at]?.push(lookUp(index, questions)));
  }
  const times = grown.map(({ size, mib }, at) => ({
    size,
    mib,
    mean: middle(rows[at] ?? [], (each) => each.mean),
    p99: middle(rows[at] ?? [], (each) => each.p99),
    candidates: middle(rows[at] ?? [], (each) => each.candidates),
  }));
  return { kind, times };
}

function lookUp(index: NearMissIndex<Signature>, questions: readonly Signature[]) {
  const times: number[] = [];
  let candidates = 0;
  let sum = 0;
  for (const question of questions) {
    const start = performance.now();
    for (const candidate of index.candidates('scope', question)) {
      candidates++;
      sum += overlap(question, candidate);
    }
    times.push((performance.now() - start) * 1000);
  }
  if (Number.isNaN(sum)) throw new Error('an overlap is no number');
  const { p99 } = spread(times);
  return {
    mean: times.reduce((a, b) => a + b, 0) / times.length,
    p99,
    candidates: candidates / questions.length,
  };
}

/** Two letters of the longest word change places. */
function mistyped(text: string): string {
  const longest = text.split(/[ ?]/).reduce((a, b) => (b.length > a.length ? b : a), '');
  const at = longest.length >> 1;
  return text.replace(
    longest,
    longest.slice(0, at - 1) + longest[at] + longest[at - 1] + longest.slice(at + 1),
  );
}

function readingAndGuards() {
  const question = unrelated(8);
  const lengths = { '12 words': 1, '60 words': 5, '250 words': 21 };
  const rows = Object.entries(lengths).map(([label, sentences]) => {
    const pairs = Array.from({ length: 300 }, () => {
      const text = Array.from({ length: sentences }, question).join(' ');
      return [text, `${text} Please explain it.`] as const;
    });
    const time = (work: (a: string, b: string, i: number) => unknown): number => {
      const round = () => {
        const start = performance.now();
        pairs.forEach(([a, b], i) => void work(a, b, i));
        return ((performance.now() - start) * 1000) / pairs.length;
      };
      for (let i = 0; i < 10; i++) round();
      return middle(Array.from({ length: rounds }, round), (each) => each);
    };
    const known = pairs.map(([a, b]) => [read(a), read(b)] as const);
    const anew: number[] = [];
    for (let i = 0; i < 10 + rounds; i++) {
      const readings = pairs.map(([a, b]) => [read(a), read(b)] as const);
      const start = performance.now();
      for (const [a, b] of readings) guard(a, b);
      if (i >= 10) anew.push(((performance.now() - start) * 1000) / pairs.length);
    }
    return [
      label,
      round(
        time((a) => signature(a)),
        1,
      ),
      round(
        time((a) => read(a)),
        1,
      ),
      round(
        middle(anew, (each) => each),
        1,
      ),
      round(
        time((_a, _b, i) => guard(...(known[i] as (typeof known)[number]))),
        1,
      ),
    ] as [string, number, number, number, number];
  });
  // Questions are short; what a long text costs is in the table.
  return { rows, worst: rows[0]?.[3] ?? 0 };
}
