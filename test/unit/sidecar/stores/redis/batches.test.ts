import { expect, test } from 'vitest';
import { inBatches } from '../../../../../sidecar/stores/redis/batches.ts';

/** A Redis that takes so many milliseconds for each; how many it was asked for at once. */
async function asked(
  count: number,
  costs: (at: number) => number,
  rested = (_ms: number) => {},
): Promise<number[]> {
  let clock = 0;
  let inBatch = 0;
  const batches: number[] = [];
  const done: number[] = [];
  const ask = async (at: number) => {
    inBatch++;
    clock += costs(at);
    await undefined;
    if (inBatch > 0) batches.push(inBatch);
    inBatch = 0;
    done.push(at);
  };
  const items = Array.from({ length: count }, (_, at) => at);
  await inBatches(
    items,
    ask,
    () => clock,
    async (milliseconds) => rested(milliseconds),
  );
  expect(done).toEqual(items);
  return batches;
}

test('what is quick goes in ever larger batches, up to a bound', async () => {
  expect(await asked(500, () => 0)).toEqual([1, 4, 16, 64, 128, 128, 128, 31]);
});

test('what takes long goes in batches of two milliseconds, or one by one', async () => {
  expect(await asked(10, () => 1)).toEqual([1, 2, 2, 2, 2, 1]);
  expect(await asked(3, () => 20)).toEqual([1, 1, 1]);
});

test('after a batch that took its time others have a moment; after the last nobody needs one', async () => {
  const rests: number[] = [];
  const rested = (milliseconds: number) => rests.push(milliseconds);
  await asked(4, () => 0.1, rested);
  expect(rests).toEqual([]);
  await asked(4, () => 20, rested);
  expect(rests).toEqual([2, 2, 2]);
});

test('what becomes slow on the way goes in smaller ones from then on', async () => {
  expect(await asked(40, (at) => (at < 5 ? 0.1 : 1))).toEqual([1, 4, 16, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
});

test('of nothing nothing is asked', async () => {
  expect(await asked(0, () => 1)).toEqual([]);
});
