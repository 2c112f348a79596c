import { expect, test } from 'vitest';
import { unitVector } from '../../../../sidecar/embedders/unit-vector.ts';

test('is the direction of the mean', () => {
  const vector = unitVector(Float32Array.of(3, 0, 3, 8), 2);
  expect(vector?.[0]).toBeCloseTo(0.6);
  expect(vector?.[1]).toBeCloseTo(0.8);
});

test.each([
  ['NaN', [1, Number.NaN]],
  ['an infinite number', [1, Number.POSITIVE_INFINITY]],
  ['numbers whose sum overflows', [3e38, 0, 3e38, 0]],
  ['nothing but zeros', [0, 0]],
  ['rows that cancel out', [1, 2, -1, -2]],
  ['no rows', []],
])('there is none for %s', (_, rows) => {
  expect(unitVector(Float32Array.from(rows), 2)).toBeUndefined();
});
