import { describe, expect, it } from 'vitest';
import { parse } from '../../../../crds/parse.ts';
import type { Settings } from '../../../../crds/settings.ts';
import type { Decision } from '../../../../sidecar/decisions/decision.ts';
import { estimate } from '../../../../sidecar/tune/estimate.ts';
import { Neighbourhood } from '../../../../sidecar/tune/neighbourhood.ts';
import { pairsToLabel, questionsOf } from '../../../../sidecar/tune/pairs.ts';
import { instructions } from '../../../../sidecar/tune/patch.ts';
import { plot } from '../../../../sidecar/tune/plot.ts';
import { best, errorOf, type Point } from '../../../../sidecar/tune/point.ts';
import { replay } from '../../../../sidecar/tune/replay.ts';
import { table } from '../../../../sidecar/tune/report.ts';
import { type Labelled, sampleOf } from '../../../../sidecar/tune/sample.ts';
import { sweep } from '../../../../sidecar/tune/sweep.ts';

const settings = parse().settings as Settings;
const point = (more: Partial<Point>): Point => ({
  ...{ threshold: 0.9, overlap: 0.85, asked: 1_000, hits: 500, judged: 500, wrong: 0 },
  ...more,
});
const rows = (...values: object[]) =>
  values.map((row, at) => ({
    file: 'set.jsonl',
    place: `line ${at + 1}`,
    row: row as Record<string, unknown>,
  }));

describe('a sample', () => {
  it('is known by its columns', () => {
    expect(
      sampleOf(rows({ prompt: 'p', intent: 'i', src: 'own' }, { prompt: 'q', intent: 'i', scope: 's' })),
    ).toEqual({
      kind: 'questions',
      questions: [
        { scope: '', intent: 'i', prompt: 'p', counts: true },
        { scope: 's', intent: 'i', prompt: 'q', counts: true },
      ],
    });
    const pairs = sampleOf(
      rows({ a: 'x', b: 'y', same: 'true' }, { a: 'x', b: 'y', same: false }, { a: 'x', b: 'y', same: null }),
    );
    if (pairs.kind !== 'questions') throw new Error('no questions');
    expect(pairs.questions.map(({ intent, counts }) => [intent, counts])).toEqual([
      ['a', false],
      ['a', true],
      ['a', false],
      ['b', true],
    ]);
    expect(new Set(pairs.questions.map(({ scope }) => scope)).size).toBe(2);
    expect(sampleOf(rows({ outcome: 'hit', threshold: 0.9, scope: 's', time: 1 })).kind).toBe('log');
  });

  it.each([
    [[{ prompt: 'p' }], 'set.jsonl line 1: expected prompt and intent'],
    [[{ a: 'x', b: 'y', same: 'maybe' }], 'set.jsonl line 1: same: expected true or false, found "maybe"'],
    [[{ a: 'x', b: 'y', same: null }], 'found 1 pairs without'],
    [[], 'expected at least one row'],
    [
      [
        { prompt: 'p', intent: 'i' },
        { outcome: 'hit', threshold: 0.9, scope: 's' },
      ],
      'found both',
    ],
  ])('that is none is refused: %j', (given, message) => {
    expect(() => sampleOf(rows(...given))).toThrow(message);
  });
});

describe('a replay', () => {
  const question = (prompt: string, intent: string, scope = ''): Labelled => ({
    scope,
    intent,
    prompt,
    counts: true,
  });
  /** Angles on a circle: their cosine is what we say. */
  const at = (degrees: number) =>
    Float32Array.from([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
  const vectors = new Map([
    ['ways of making bread', at(0)],
    ['baking a loaf', at(20)],
    ['repairing a bicycle tyre', at(40)],
    ['something else entirely', at(180)],
  ]);
  const questions = [...vectors.keys()].map((prompt, i) => question(prompt, i < 2 ? 'bread' : prompt));
  const neighbourhood = new Neighbourhood(questions, vectors, 0.5);
  const guardless = (threshold: number): Settings => ({ ...settings, threshold });

  it('hits where the cosine suffices, and is wrong where the intent is another', async () => {
    // cos 20° = 0.940, between each two neighbours; cos 40° = 0.766
    expect(await replay(questions, neighbourhood, guardless(0.95))).toMatchObject({
      asked: 4,
      hits: 0,
      wrong: 0,
    });
    expect(await replay(questions, neighbourhood, guardless(0.9))).toMatchObject({
      asked: 4,
      hits: 1,
      wrong: 0,
    });
    expect(await replay(questions, neighbourhood, guardless(0.7))).toMatchObject({
      asked: 4,
      hits: 2,
      wrong: 1,
    });
  });

  it('never lets scopes answer each other, and asks phases 1 to 3 too', async () => {
    const repeated = [
      question('Ways of baking?', 'a', 'one'),
      question('ways of baking', 'a', 'one'),
      question('ways of baking', 'a', 'two'),
    ];
    expect(await replay(repeated, new Neighbourhood(repeated, new Map(), 0.5), settings)).toMatchObject({
      asked: 3,
      hits: 1,
    });
  });

  it('gives curves that fall with the threshold, and says how the configuration does', async () => {
    const { byThreshold, byOverlap, now } = await sweep(questions, neighbourhood, settings, {
      mostError: 0.5,
      told: () => {},
    });
    expect(byThreshold.map(({ hits }) => hits)).toEqual(
      byThreshold.map(({ hits }) => hits).toSorted((a, b) => b - a),
    );
    expect(now).toMatchObject({ threshold: settings.threshold, overlap: settings.phases.nearMiss.overlap });
    expect(byOverlap).toHaveLength(7);
  });

  it('finds the pairs that a person should judge, each once', async () => {
    const log = questionsOf(
      questions.map(({ prompt }, time) => ({ time, scope: 's', prompt }) as Decision).toReversed(),
    );
    expect(log.map(({ prompt }) => prompt)).toEqual(questions.map(({ prompt }) => prompt));
    const pairs = await pairsToLabel([...log, ...log], vectors, settings, () => 0);
    expect(pairs).toEqual([
      { a: 'ways of making bread', b: 'baking a loaf', same: null, phase: 'semantic', similarity: 0.9397 },
    ]);
  });
});

describe('a recommendation', () => {
  it('takes the most hits of which the error is small enough even as it may be', () => {
    const points = [
      point({ threshold: 0.8, hits: 900, judged: 900, wrong: 30 }),
      point({ threshold: 0.85, hits: 800, judged: 800, wrong: 2 }),
      point({ threshold: 0.9, hits: 700, judged: 700, wrong: 0 }),
    ];
    expect(best(points, 0.01)?.threshold).toBe(0.85);
    // 2 of 800 are 0.25 %, but may be 0.9 %
    expect(best(points, 0.006)?.threshold).toBe(0.9);
    expect(best(points, 0.001)).toBeUndefined();
  });

  it('is not made of hits that nobody judged', () => {
    expect(best([point({ judged: 0 })], 0.5)).toBeUndefined();
    expect(errorOf(point({ judged: 0 }))).toBeUndefined();
  });

  it('is a resource, and a command that sets the same', () => {
    const text = instructions({ threshold: 0.92, overlap: 0.8 }, { name: 'support', namespace: 'shop' });
    expect(text).toContain('kind: SemanticCache');
    expect(text).toContain(
      `kubectl -n shop patch scache/support --type merge -p '{"spec":{"threshold":0.92,"phases":{"nearMiss":{"overlap":0.8}}}}'`,
    );
    expect(text).toContain('FOURFOLD_THRESHOLD=0.92 FOURFOLD_OVERLAP=0.8');
  });
});

describe('an estimate from a log', () => {
  const decision = (more: Partial<Decision>): Decision =>
    ({
      ...{
        time: 1,
        scope: 's',
        entry: 'e',
        outcome: 'miss',
        refusals: [],
        threshold: 0.9,
        overlapThreshold: 0.85,
      },
      ...more,
    }) as Decision;
  const log = [
    decision({ outcome: 'hit', phase: 'exact' }),
    decision({ outcome: 'hit', phase: 'semantic', similarity: 0.96, time: 2, entry: 'a' }),
    decision({ outcome: 'hit', phase: 'fingerprint', similarity: 0.92, time: 3, entry: 'b' }),
    decision({ outcome: 'bypass', reason: 'shadow', phase: 'bypass', similarity: 0.91 }),
    decision({ similarity: 0.95, refusals: ['semantic:number'] }),
    decision({ similarity: 0.86, refusals: ['near-miss:threshold', 'semantic:threshold'] }),
    decision({}),
    decision({ outcome: 'collapsed' }),
    decision({ outcome: 'audited', time: 2, entry: 'a', verdict: 'right' }),
    decision({ outcome: 'audited', time: 3, entry: 'b', verdict: 'wrong' }),
  ];
  const { byThreshold, now } = estimate(log);
  const at = (threshold: number) => byThreshold.find((each) => each.threshold === threshold);

  it('counts hits by the cosine that they rest on, and knows the audited ones', () => {
    expect(now).toMatchObject({ threshold: 0.9, asked: 7, hits: 4, judged: 2, wrong: 1 });
    expect(at(0.92)).toMatchObject({ hits: 3, judged: 2, wrong: 1 });
    expect(at(0.93)).toMatchObject({ hits: 2, judged: 1, wrong: 0 });
    expect(at(0.99)).toMatchObject({ hits: 1, judged: 0 });
  });

  it('counts what lay below by the share that guards let pass', () => {
    // Three passed, one was refused.
    expect(at(0.86)?.hits).toBeCloseTo(4.75);
    expect(at(0.87)?.hits).toBe(4);
  });
});

describe('what is shown', () => {
  const points = [
    point({ threshold: 0.8, hits: 600, judged: 600, wrong: 6 }),
    point({}),
    point({ threshold: 0.95, judged: 0 }),
  ];

  it('is a table that says so where nothing is known', () => {
    expect(table(points, 'threshold', ({ threshold }) => (threshold === 0.9 ? 'now' : ''))).toBe(
      `threshold  hits  hit ratio  wrong  precision   error  at most
     0.80   600     60.0 %      6    99.00 %  1.00 %   2.16 %
     0.90   500     50.0 %      0   100.00 %  0.00 %   0.76 %  now
     0.95   500     50.0 %      –          –       –        –
`,
    );
  });

  it('is a drawing with a point and its name for each that is known', () => {
    const svg = plot([{ name: 'by threshold', by: 'threshold', points }], points[1]);
    expect(svg).toMatch(/^<svg xmlns=/);
    expect(svg.match(/<title>threshold/g)).toHaveLength(2);
    expect(svg).toContain('<title>threshold 0.8: precision 99 %, hit ratio 60 %</title>');
    expect(svg).toContain('<title>recommended</title>');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(plot([{ name: 'none', by: 'threshold', points: [] }], undefined)).not.toMatch(/NaN|Infinity/);
  });
});
