import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Queue } from '../../../operator/controller/queue.ts';
import { Retries, stepMs } from '../../../operator/controller/retries.ts';
import { Bucket } from '../../../operator/kube/bucket.ts';
import { systemClock as clock } from '../../../operator/kube/clock.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const queueOf = (random = () => 1, bucket = new Bucket(clock, 1_000, 1_000)) => {
  const waits: number[] = [];
  const queue = new Queue({
    clock,
    retries: new Retries(random),
    bucket,
    observer: { added() {}, retried() {}, taken: (_, waited) => waits.push(waited) },
  });
  return { queue, waits };
};

/** What a worker gets now, or `nothing`. */
const now = (queue: Queue) => Promise.race([queue.next(), Promise.resolve('nothing')]);

describe('the queue', () => {
  it('gives a key once, however often it was asked for, in the order of asking', async () => {
    const { queue } = queueOf();
    for (const key of ['a', 'b', 'a', 'a', 'c', 'b']) queue.add(key);
    expect(queue.depth).toBe(3);
    expect([await queue.next(), await queue.next(), await queue.next()]).toEqual(['a', 'b', 'c']);
    expect(queue.depth).toBe(0);
  });

  it('never gives one key to two workers, and gives it again after its worker when it was asked for meanwhile', async () => {
    const { queue } = queueOf();
    queue.add('a');
    expect(await queue.next()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(queue.depth).toBe(1);
    expect(await queue.next()).toBe('a');
    queue.done('a');
    expect(queue.depth).toBe(0);
  });

  it('serves idle workers at once, each with another key', async () => {
    const { queue } = queueOf();
    const workers = [queue.next(), queue.next()];
    queue.add('a');
    queue.add('b');
    expect(await Promise.all(workers)).toEqual(['a', 'b']);
  });

  it('keeps a failing key back from 5 ms to five minutes, resting at 2.5 seconds on the way', async () => {
    const { queue } = queueOf();
    queue.add('a');
    const pauses: number[] = [];
    for (let failure = 0; failure < 80; failure++) {
      const key = (await queue.next()) as string;
      queue.retry(key);
      queue.done(key);
      const begun = performance.now();
      while (queue.depth === 0) await vi.advanceTimersToNextTimerAsync();
      pauses.push(Math.round(performance.now() - begun));
    }
    expect(pauses.slice(0, 11)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2500, 2500]);
    expect(pauses.filter((pause) => pause === 2500).length).toBe(61);
    expect(pauses.slice(-4)).toEqual(Array(4).fill(300_000));
  });

  it('forgets failures of a key that succeeds', async () => {
    const { queue } = queueOf();
    for (let failure = 0; failure < 8; failure++) {
      queue.retry('a');
      await vi.advanceTimersToNextTimerAsync();
      queue.done((await queue.next()) as string);
    }
    queue.forget('a');
    queue.retry('a');
    await vi.advanceTimersByTimeAsync(5);
    expect(await now(queue)).toBe('a');
  });

  it('waits at least as long as the server asks, and takes jitter off no more than half', async () => {
    const { queue } = queueOf(() => 0);
    queue.retry('a', 2_000);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(queue.depth).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(queue.depth).toBe(1);
    expect(new Retries(() => 0).next('b')).toBe(2.5);
  });

  it('keeps the earlier of two dates, and a key that is asked for now comes now and only once', async () => {
    const { queue } = queueOf();
    queue.addAfter('a', 10_000);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 5_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await now(queue)).toBe('a');
    queue.done('a');
    queue.addAfter('b', 1_000);
    queue.add('b');
    expect(await now(queue)).toBe('b');
    queue.done('b');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(queue.depth).toBe(0);
  });

  it('bounds the retries of all keys together', async () => {
    const { queue } = queueOf(() => 1, new Bucket(clock, 10, 5));
    for (let key = 0; key < 25; key++) queue.retry(String(key));
    await vi.advanceTimersByTimeAsync(50);
    expect(queue.depth).toBe(5);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(queue.depth).toBe(15);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(queue.depth).toBe(25);
  });

  it('wakes what waits for a retry, and leaves what waits for its time', async () => {
    const { queue } = queueOf();
    queue.retry('failed', 60_000);
    queue.addAfter('later', 60_000);
    queue.wake();
    expect(queue.depth).toBe(1);
    expect(await now(queue)).toBe('failed');
  });

  it('lets idle workers go when it is closed, and takes nothing in', async () => {
    const { queue } = queueOf();
    const worker = queue.next();
    queue.addAfter('a', 1_000);
    queue.close();
    queue.add('b');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await worker).toBeUndefined();
    expect(await queue.next()).toBeUndefined();
    expect(queue.depth).toBe(0);
  });

  it('tells how long a key has waited', async () => {
    const { queue, waits } = queueOf();
    queue.add('a');
    await vi.advanceTimersByTimeAsync(250);
    await queue.next();
    expect(waits).toEqual([250]);
  });
});

it('no pause is shorter than the one before', () => {
  const steps = Array.from({ length: 200 }, (_, failures) => stepMs(failures));
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(steps.at(-1)).toBe(300_000);
});
