import { describe, expect, it } from 'vitest';
import { Gate } from '../../../../sidecar/quality/gate.ts';
import { decodeLabel, encodeLabel, type Label } from '../../../../sidecar/quality/label.ts';
import { hash, numbers } from '../stores/entries.ts';

const scope = hash('scope');
const other = hash('other');
const week = 7 * 24 * 3_600_000;

function gate(maxErrorRate: number | undefined = 0.01, clock = () => 0): Gate {
  return new Gate({ settings: () => ({ maxErrorRate, errorConfidence: 0.95 }), clock });
}
const label = (similarity: number, right: boolean, more: Partial<Label> = {}): Label => ({
  kind: 'semantic',
  scope: scope.slice(0, 16),
  entry: 'e',
  similarity,
  right,
  at: 0,
  ...more,
});
const match = (similarity: number) => ({ kind: 'semantic' as const, similarity });
/** As many right answers as make the gate open. */
function taught(count: number, more: Partial<Label> = {}, learned = gate()): Gate {
  const random = numbers(count);
  for (let n = 0; n < 4 * count; n++) learned.sure(more.scope === undefined ? scope : other);
  for (let n = 0; n < count; n++)
    learned.add(label(0.85 + 0.1 * random(), true, { entry: `e${n}`, ...more }));
  return learned;
}

it('without a bound nothing is in doubt', () => {
  expect(
    new Gate({ settings: () => ({ maxErrorRate: undefined, errorConfidence: 0.95 }), clock: () => 0 }).doubts(
      scope,
      'e',
      match(0.5),
    ),
  ).toBe(false);
});

it('without evidence it is cautious, and right answers open it', () => {
  expect(gate().doubts(scope, 'e', match(0.88))).toBe(true);
  expect(taught(200).doubts(scope, 'e', match(0.88))).toBe(false);
});

it('wrong answers close it again, at that similarity and below', () => {
  const learned = taught(200);
  for (let n = 0; n < 10; n++) learned.add(label(0.88, false, { entry: `wrong ${n}` }));
  expect(learned.doubts(scope, 'x', match(0.88))).toBe(true);
  expect(learned.doubts(scope, 'x', match(0.82))).toBe(true);
});

it('sure hits make room for doubtful ones, and never for those that are wrong every second time', () => {
  const [few, many] = [gate(), gate()];
  for (let n = 0; n < 60; n++) for (const each of [few, many]) each.add(label(0.9, n % 25 !== 0));
  for (let n = 0; n < 5_000; n++) many.sure(scope);
  for (let n = 0; n < 60; n++) for (const each of [few, many]) each.doubts(scope, 'x', match(0.92));
  expect(few.doubts(scope, 'x', match(0.92))).toBe(true);
  expect(many.doubts(scope, 'x', match(0.92))).toBe(false);
  expect(many.doubts(scope, 'x', match(0.5))).toBe(true);
});

it('an entry with evidence of its own is judged by it', () => {
  const learned = taught(200);
  learned.add(label(0.9, false, { entry: 'bad' }));
  learned.add(label(0.9, false, { entry: 'bad' }));
  expect(learned.doubts(scope, 'bad', match(0.88))).toBe(true);
  expect(learned.doubts(scope, 'good', match(0.9))).toBe(false);
});

it('a scope of which nothing is known begins with what the others taught, and then speaks for itself', () => {
  const learned = taught(100, { scope: other.slice(0, 16) });
  for (let n = 0; n < 40; n++) learned.sure(scope);
  const fresh = gate();
  for (let n = 0; n < 40; n++) fresh.sure(scope);
  const lowest = (of: Gate) =>
    Array.from({ length: 30 }, (_, step) => 0.99 - step * 0.01).findLast(
      (s) => !of.doubts(scope, 'x', match(s)),
    ) ?? 1;
  expect(lowest(learned)).toBeLessThan(lowest(fresh));
  for (let n = 0; n < 30; n++) learned.add(label(0.95, n % 2 === 0));
  expect(learned.doubts(scope, 'x', match(0.95))).toBe(true);
  expect(learned.doubts(other, 'x', match(0.95))).toBe(false);
});

it.each([true, false])('what the users of one scope report (%s) changes nothing in another', (right) => {
  const learned = taught(100, { scope: other.slice(0, 16) });
  const before = learned.doubts(scope, 'x', match(0.9));
  const curve = () => learned.report().scopes.find((each) => each.scope === other.slice(0, 16));
  const known = curve();
  for (let n = 0; n < 6_000; n++)
    learned.add(label(0.95, right, { entry: `r${n}`, scope: 'a'.repeat(16), reported: true }));
  expect(learned.doubts(scope, 'x', match(0.9))).toBe(before);
  expect(curve()).toEqual(known);
});

it('what its own users report counts in a scope', () => {
  const learned = taught(200);
  for (let n = 0; n < 10; n++) learned.add(label(0.88, false, { entry: `wrong ${n}`, reported: true }));
  expect(learned.doubts(scope, 'x', match(0.88))).toBe(true);
});

it('evidence fades with time', () => {
  let now = 0;
  const learned = taught(
    200,
    {},
    gate(0.01, () => now),
  );
  expect(learned.doubts(scope, 'x', match(0.86))).toBe(false);
  now = 20 * week;
  learned.add(label(0.95, true, { at: now }));
  expect(learned.doubts(scope, 'x', match(0.86))).toBe(true);
});

it('tells what it has learned, by hashes', () => {
  const learned = taught(50);
  learned.add(label(0.8, false));
  expect(learned.report()).toEqual({
    maxErrorRate: 0.01,
    scopes: [
      {
        scope: scope.slice(0, 16),
        semantic: { labels: 51, wrong: 1, threshold: expect.any(Number) },
        'near-miss': { labels: 0, wrong: 0, threshold: expect.any(Number) },
      },
    ],
  });
});

/** A stream of candidates whose answers are wrong as often as this scope's are, with 5 % of what is served audited. */
function served(seed: number, wrongAt: (similarity: number, at: number) => number) {
  const random = numbers(seed);
  const learned = gate();
  let [hits, wrong] = [0, 0];
  for (let at = 0; at < 2_000; at++) {
    if (random() < 0.7) {
      hits++;
      learned.sure(scope);
      continue;
    }
    const similarity = 0.8 + 0.2 * random();
    const right = random() >= wrongAt(similarity, at);
    const doubted = learned.doubts(scope, `e${Math.floor(random() * 1_000)}`, match(similarity));
    if (!doubted) {
      hits++;
      if (!right) wrong++;
    }
    if (doubted || random() < 0.05) learned.add(label(similarity, right, { entry: `e${at}` }));
  }
  return { share: wrong / hits, hits };
}

describe('the bound is kept in 95 of 100 seeded streams', () => {
  const falling = (level: number) => (similarity: number) =>
    Math.min(1, level * 4 ** ((0.9 - similarity) * 20));
  it.each<[string, (similarity: number, at: number) => number]>([
    ['where one in a hundred is wrong at 0.90', falling(0.01)],
    ['where one in ten is wrong at 0.90', falling(0.1)],
    ['where traffic becomes worse half-way', (s, at) => falling(at < 1_000 ? 0.005 : 0.05)(s)],
  ])('%s', (_, wrongAt) => {
    const shares = Array.from({ length: 100 }, (_, seed) => served(seed + 1, wrongAt));
    expect(shares.filter(({ share }) => share > 0.01).length).toBeLessThanOrEqual(5);
    expect(shares.every(({ hits }) => hits > 1_200)).toBe(true);
  });

  it('where one in six is wrong however alike, which is none of the curves: in the mean only', () => {
    const shares = Array.from({ length: 50 }, (_, seed) => served(seed + 1, () => 0.16).share);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.01);
  });
});

describe('a label', () => {
  it('is a line, and comes back from it', () => {
    const written = label(0.9123, false, { entry: 'a_b-C', kind: 'near-miss', at: 1_700_000_000_000 });
    expect(decodeLabel(encodeLabel(written))).toEqual(written);
    const reported = label(0.9, true, { reported: true });
    expect(decodeLabel(encodeLabel(reported))).toEqual(reported);
  });

  it.each([
    '',
    'semantic',
    'other 0000000000000000 e 0.9000 1 5',
    'semantic 0000000000000000 e 1.5000 1 5',
    'semantic x e 0.9000 1 5',
  ])('is not %j', (line) => expect(decodeLabel(line)).toBeUndefined());
});
