import { expect, it } from 'vitest';
import { wilson } from '../../../crds/wilson.ts';

it.each([
  [0, 10, 0, 0.2775],
  [1, 10, 0.0179, 0.4042],
  [5, 10, 0.2366, 0.7634],
  [10, 10, 0.7225, 1],
  [3, 1000, 0.001, 0.0088],
])('%d of %d', (wrong, looked, low, high) => {
  const interval = wilson(wrong, looked);
  expect(interval?.share).toBeCloseTo(wrong / looked, 6);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});

it('of nothing there is none', () => expect(wilson(0, 0)).toBeUndefined());
