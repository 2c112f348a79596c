import { readdirSync } from 'node:fs';
import { linesOf } from './lines.ts';

export interface Question {
  readonly text: string;
  /** Questions of one intent want one answer. */
  readonly intent: string;
  readonly source: string;
}

/** Two questions that are the same or only alike. */
export type QuestionPair = readonly [Question, Question];

interface Row {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly source: string;
}

/**
 * The labelled pairs without those that share a text with a stream: on these the gate was not tuned. They come in families: of
 * two pairs of one family nobody has said whether they mean the same.
 */
export function heldOut(folder: string): QuestionPair[][] {
  const known = new Set(rowsOf<{ prompt: string }>(folder, 'stream').map(({ prompt }) => plain(prompt)));
  const rows = rowsOf<Row>(folder, 'pairs').filter(
    ({ a, b }) => !known.has(plain(a)) && !known.has(plain(b)),
  );
  const intentOf = intents(rows);
  const families = Map.groupBy(rows, ({ a, source }) => (source.startsWith('advising') ? source : a));
  return [...families.values()].map((family) =>
    family.map(({ a, b, source }) => {
      const of = (text: string) => ({ text, intent: intentOf(text), source: source.split('-', 1)[0] ?? '' });
      return [of(a), of(b)];
    }),
  );
}

/**
 * So many requests: of each family one pair, by Zipf's law in an order of popularity drawn at random, and either question of
 * a pair as often as the other. `random`: in [0, 1).
 */
export function drawn<Each>(
  families: readonly (readonly (readonly [Each, Each])[])[],
  requests: number,
  random: () => number,
): Each[] {
  const pairs = families.map(
    (family) => family[Math.floor(random() * family.length)] as readonly [Each, Each],
  );
  const popular = shuffled(pairs, random);
  let sum = 0;
  const upTo = popular.map((_, rank) => {
    sum += 1 / (rank + 1);
    return sum;
  });
  return Array.from({ length: requests }, () => {
    const at = random() * sum;
    const [one, other] = popular[upTo.findIndex((each) => at < each)] as readonly [Each, Each];
    return random() < 0.5 ? one : other;
  });
}

export function shuffled<Each>(those: readonly Each[], random: () => number): Each[] {
  const order = [...those];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as Each, order[at] as Each];
  }
  return order;
}

/** By union of what pairs call the same: any text of a set stands for it. */
function intents(rows: readonly Row[]): (text: string) => string {
  const next = new Map<string, string>();
  const root = (text: string): string => {
    const further = next.get(text);
    return further === undefined ? text : root(further);
  };
  for (const { a, b, same } of rows) if (same && root(a) !== root(b)) next.set(root(a), root(b));
  return root;
}

function rowsOf<Each>(folder: string, name: string): Each[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(name) && file.endsWith('.jsonl'))
    .flatMap((file) => linesOf<Each>(`${folder}/${file}`));
}

const plain = (text: string): string => text.toLowerCase().trim();
