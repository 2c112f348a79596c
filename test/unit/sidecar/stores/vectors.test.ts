import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { GraphFactory } from '../../../../sidecar/stores/graph.ts';
import type { Slot } from '../../../../sidecar/stores/vectors.ts';
import { unitVector, Vectors } from '../../../../sidecar/stores/vectors.ts';
import { noisy, numbers, randomUnit, unit } from './entries.ts';

const DIMENSION = 48;
const always = () => true;

function filled(count: number, vectors = new Vectors<number>(DIMENSION), scope = 'scope') {
  const random = numbers(7);
  const stored = Array.from({ length: count }, () => randomUnit(DIMENSION, random));
  const slots = stored.map((vector, at) => vectors.add(scope, vector, at));
  return { vectors, stored, slots, random };
}

async function indexed(vectors: Vectors<number>, settleMilliseconds = 50): Promise<void> {
  await vi.waitFor(() => expect(vectors.waiting).toBe(0), { timeout: 20_000, interval: 2 });
  // What has nothing to store may still have something to tidy up.
  await sleep(settleMilliseconds);
}

async function recall(
  vectors: Vectors<number>,
  stored: Float32Array[],
  owners: number[],
  random: () => number,
): Promise<number> {
  let found = 0;
  for (const owner of owners) {
    const query = noisy(stored[owner] as Float32Array, 0.05, random);
    const [best] = await vectors.nearest('scope', query, 1, always);
    if (best?.owner === owner) found++;
  }
  return found / owners.length;
}

const sample = (count: number, from: number, to: number, random: () => number) =>
  Array.from({ length: count }, () => from + Math.floor(random() * (to - from)));

describe('vectors of one scope', () => {
  test.each([1, 100, 511, 512, 3000])(
    '%i of them: every one is found, before and after indexing',
    async (count) => {
      const { vectors, stored, random } = filled(count);
      const owners = sample(200, 0, count, random);
      expect(await recall(vectors, stored, owners, random)).toBe(1);
      await indexed(vectors);
      expect(await recall(vectors, stored, owners, random)).toBe(1);
      vectors.close();
    },
  );

  test('indexed and scanned ones are ranked together by the exact cosine', async () => {
    const { vectors, stored, random } = filled(2000);
    await indexed(vectors);
    for (let i = 0; i < 50; i++) {
      const vector = randomUnit(DIMENSION, random);
      stored.push(vector);
      vectors.add('scope', vector, stored.length - 1);
    }
    const query = noisy(stored[2010] as Float32Array, 0.3, random);
    const cosines = stored.map((vector) => vector.reduce((sum, x, at) => sum + x * (query[at] as number), 0));
    const found = await vectors.nearest('scope', query, 5, always);
    const expected = cosines.toSorted((a, b) => b - a).slice(0, 5);
    for (const [at, { similarity }] of found.entries())
      expect(similarity).toBeCloseTo(expected[at] as number, 5);
    vectors.close();
  });

  test('replacing all of them three times over loses none', { timeout: 60_000 }, async () => {
    const count = 1500;
    const { vectors, stored, slots, random } = filled(count);
    await indexed(vectors);
    for (let next = count; next < 4 * count; next++) {
      const vector = randomUnit(DIMENSION, random);
      stored.push(vector);
      vectors.remove(slots[next - count] as Slot<number>);
      slots.push(vectors.add('scope', vector, next));
      if (next % 500 === 0) await indexed(vectors);
    }
    await indexed(vectors);
    const owners = sample(500, 3 * count, 4 * count, random);
    expect(await recall(vectors, stored, owners, random)).toBeGreaterThanOrEqual(0.998);
    for (const owner of sample(100, 0, 3 * count, random)) {
      const found = await vectors.nearest('scope', stored[owner] as Float32Array, 20, always);
      expect(Math.min(...found.map((neighbour) => neighbour.owner))).toBeGreaterThanOrEqual(3 * count);
    }
    expect(vectors.bytes).toBeLessThan(count * 5000);
    vectors.close();
  });

  test('what is left of a large scope is found, down to nothing', async () => {
    const { vectors, stored, slots, random } = filled(2000);
    await indexed(vectors);
    let from = 0;
    for (const left of [1500, 900, 300, 100, 1]) {
      for (; from < 2000 - left; from++) vectors.remove(slots[from] as Slot<number>);
      expect(await recall(vectors, stored, sample(50, from, 2000, random), random)).toBe(1);
      await indexed(vectors);
      expect(await recall(vectors, stored, sample(50, from, 2000, random), random)).toBe(1);
    }
    vectors.remove(slots[1999] as Slot<number>);
    expect(await vectors.nearest('scope', stored[1999] as Float32Array, 1, always)).toEqual([]);
    expect(vectors.bytes).toBe(0);
  });

  test('removed ones do not hide those behind them', async () => {
    const { vectors, stored, random } = filled(900);
    const close = noisy(stored[0] as Float32Array, 0.01, random);
    const crowd = Array.from({ length: 300 }, () => vectors.add('scope', noisy(close, 0.001, random), -1));
    await indexed(vectors);
    for (const slot of crowd) vectors.remove(slot);
    const found = await vectors.nearest('scope', close, 3, always);
    expect(found).toHaveLength(3);
    expect(found[0]?.owner).toBe(0);
    vectors.close();
  });

  test('refused owners do not hide accepted ones behind them', async () => {
    const { vectors, stored, random } = filled(2000);
    const close = noisy(stored[0] as Float32Array, 0.01, random);
    for (let i = 0; i < 300; i++) vectors.add('scope', noisy(close, 0.001, random), -1);
    await indexed(vectors);
    const found = await vectors.nearest('scope', close, 3, (owner) => owner >= 0);
    expect(found).toHaveLength(3);
    expect(found[0]?.owner).toBe(0);
    vectors.close();
  });
});

test('the index is never added to after something was taken out of it', async () => {
  let removals = 0;
  const strict: GraphFactory = () => {
    let shrinking = false;
    const keys = new Set<number>();
    return {
      add(key) {
        if (shrinking) throw new Error('a place would be used twice');
        keys.add(key);
      },
      search: (_, count) => [...keys].slice(0, count),
      remove(key) {
        shrinking = true;
        removals++;
        if (!keys.delete(key)) throw new Error('not there');
      },
    };
  };
  const { vectors, slots, random } = filled(
    2000,
    new Vectors<number>(DIMENSION, { load: async () => strict }),
  );
  for (let next = 2000; next < 12_000; next++) {
    vectors.remove(slots[next - 2000] as Slot<number>);
    slots.push(vectors.add('scope', randomUnit(DIMENSION, random), next));
    if (next % 100 === 0) await indexed(vectors, 1);
  }
  expect(removals).toBeGreaterThan(1000);
  vectors.close();
});

test('scopes do not see each other', async () => {
  const { vectors, stored, random } = filled(1000);
  filled(1000, vectors, 'other');
  const mine = noisy(stored[0] as Float32Array, 2, random);
  vectors.add('mine', mine, -1);
  await indexed(vectors);
  const found = await vectors.nearest('mine', stored[0] as Float32Array, 10, always);
  expect(found.map(({ owner }) => owner)).toEqual([-1]);
  vectors.close();
});

test('without the native library everything is scanned, told once, and other work goes on', async () => {
  const unavailable = vi.fn();
  const missing = new Error('no native build');
  const { vectors, stored, random } = filled(
    100_000,
    new Vectors<number>(DIMENSION, { load: () => Promise.reject(missing), unavailable }),
  );
  await sleep(10);
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  expect(await recall(vectors, stored, sample(20, 0, 100_000, random), random)).toBe(1);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(10);
  expect(unavailable.mock.calls).toEqual([[missing]]);
  expect(vectors.waiting).toBe(0);
});

test('an entry removed while a long scan pauses is not an answer', async () => {
  const load = () => Promise.reject(new Error('no native build'));
  const { vectors, stored, slots } = filled(20_000, new Vectors<number>(DIMENSION, { load }));
  const query = stored[0] as Float32Array;
  const pending = vectors.nearest('scope', query, 1, always);
  vectors.remove(slots[0] as Slot<number>);
  const [found] = await pending;
  expect(found?.owner).not.toBe(0);
  expect(found).toBeDefined();
});

test('indexing lets everything else run after a few vectors', async () => {
  let turn = 0;
  let running = true;
  const next = () => {
    turn++;
    if (running) setImmediate(next);
  };
  const perTurn = new Map<number, number>();
  const slow: GraphFactory = () => ({
    add() {
      perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1);
      const until = performance.now() + 0.5;
      while (performance.now() < until);
    },
    search: () => [],
    remove() {},
  });
  const { vectors } = filled(700, new Vectors<number>(DIMENSION, { load: async () => slow }));
  next();
  await indexed(vectors);
  running = false;
  expect([...perTurn.values()].reduce((sum, count) => sum + count)).toBe(700);
  expect(Math.max(...perTurn.values())).toBeLessThanOrEqual(10);
  vectors.close();
});

test('what has just been stored is indexed in a spare moment, or after a rest, and not before who asks next', async () => {
  const { vectors, random } = filled(700);
  await indexed(vectors);
  const store = () => vectors.add('scope', randomUnit(DIMENSION, random), -1);
  store();
  await new Promise(setImmediate);
  expect(vectors.waiting).toBe(1);
  vectors.spare();
  expect(vectors.waiting).toBe(0);
  store();
  store();
  expect(vectors.waiting).toBe(2);
  await indexed(vectors);
  vectors.close();
});

test('a spare moment is as short as any other piece of the work, which goes on by itself', async () => {
  let added = 0;
  const slow: GraphFactory = () => ({
    add() {
      added++;
      const until = performance.now() + 0.5;
      while (performance.now() < until);
    },
    search: () => [],
    remove() {},
  });
  const { vectors } = filled(600, new Vectors<number>(DIMENSION, { load: async () => slow }));
  await new Promise(setImmediate);
  vectors.spare();
  vectors.spare();
  expect(added).toBeGreaterThan(0);
  expect(added).toBeLessThanOrEqual(5);
  await indexed(vectors);
  expect(added).toBe(600);
  vectors.close();
});

describe('a vector', () => {
  test('of unit length is taken as it is, any other is brought to it', () => {
    const vector = randomUnit(DIMENSION, numbers(1));
    expect(unitVector(vector, DIMENSION)).toBe(vector);
    expect(unitVector(new Float32Array([3, 4]), 2)).toEqual(new Float32Array([0.6, 0.8]));
    expect(unitVector(new Float32Array([3e30, 0]), 2)).toEqual(new Float32Array([1, 0]));
  });

  test.each([
    ['expected a vector of 2 components, got 3', [1, 0, 0]],
    ['not finite', [Number.NaN, 1]],
    ['not finite', [Number.NEGATIVE_INFINITY, 1]],
    ['no direction', [0, 0]],
  ])('%s', (message, components) => {
    expect(() => unitVector(new Float32Array(components), 2)).toThrow(RangeError);
    expect(() => unitVector(new Float32Array(components), 2)).toThrow(message);
  });

  test('is read back as it was stored', () => {
    const vectors = new Vectors<number>(3);
    const slots = Array.from({ length: 400 }, (_, at) => vectors.add('scope', unit([1, at, at * at]), at));
    for (const slot of slots.filter((_, at) => at % 3 === 0)) vectors.remove(slot);
    const again = Array.from({ length: 300 }, (_, at) => vectors.add('scope', unit([at, 1, 2]), at));
    for (const [at, slot] of slots.entries())
      if (at % 3 !== 0) expectNear(vectors.read(slot), unit([1, at, at * at]));
    for (const [at, slot] of again.entries()) expectNear(vectors.read(slot), unit([at, 1, 2]));
  });
});

/** As 16 bits a component tell it. */
function expectNear(read: Float32Array, stored: Float32Array): void {
  for (const [at, component] of stored.entries()) expect(read[at]).toBeCloseTo(component, 4);
}
