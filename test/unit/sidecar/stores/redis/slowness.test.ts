import { describe, expect, test } from 'vitest';
import { Slowness } from '../../../../../sidecar/stores/redis/slowness.ts';

describe('whether Redis is slow', () => {
  /** After answers, ten milliseconds apart, that took so long while this process was idle for so long of it. */
  const judged = (answers: readonly (readonly [took: number, idle: number])[], apart = 10) => {
    const slowness = new Slowness(20);
    for (const [at, [took, idle]] of answers.entries()) slowness.note(took, idle, at * apart);
    return { likely: slowness.likely, certain: slowness.certain };
  };
  const times = (count: number, took: number, idle = took) => Array(count).fill([took, idle] as const);

  test('is not known before it answers', () => {
    expect(judged([])).toEqual({ likely: false, certain: false });
  });
  test('is likely after one slow answer, and certain after eight', () => {
    expect(judged(times(1, 20))).toEqual({ likely: true, certain: false });
    expect(judged(times(7, 20))).toEqual({ likely: true, certain: false });
    expect(judged(times(8, 20))).toEqual({ likely: true, certain: true });
  });
  test('and no longer after a quick one', () => {
    expect(judged([...times(20, 50), [19, 19]])).toEqual({ likely: false, certain: false });
    expect(judged([...times(20, 50), [19, 19], ...times(7, 50)])).toEqual({ likely: true, certain: false });
  });
  test('answers that come together are one', () => {
    expect(judged(times(100, 50), 0)).toEqual({ likely: true, certain: false });
  });
  test('where this process was busy meanwhile nothing is known, either way', () => {
    expect(judged(times(20, 500, 9))).toEqual({ likely: false, certain: false });
    expect(judged([...times(8, 50), ...times(20, 500, 9)])).toEqual({ likely: true, certain: true });
  });
});
