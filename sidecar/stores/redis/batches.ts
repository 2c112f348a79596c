import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks for each, a few at a time, as many as take Redis a short while: whoever else asks it waits no longer than that, and has
 * a moment before the next. Taking a vector out of a graph can take a hundred times as long as taking it out of a list. `now`
 * in milliseconds of any steady clock.
 */
export async function inBatches<T>(
  items: readonly T[],
  ask: (item: T) => Promise<unknown>,
  now: () => number = () => performance.now(),
  rest: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<void> {
  let size = FIRST_BATCH;
  for (let from = 0; from < items.length; ) {
    const batch = items.slice(from, from + size);
    from += batch.length;
    const start = now();
    await Promise.all(batch.map(ask));
    const took = now() - start;
    size = Math.max(
      1,
      Math.min(LARGEST_BATCH, 4 * size, Math.round((batch.length * BATCH_MILLISECONDS) / took)),
    );
    if (took >= BATCH_MILLISECONDS && from < items.length) await rest(REST_MILLISECONDS);
  }
}

const FIRST_BATCH = 1;
const LARGEST_BATCH = 128;
const BATCH_MILLISECONDS = 2;
const REST_MILLISECONDS = 2;
