import type { Pooling } from '../models/index.ts';

/**
 * The mean of the rows, or the first or last of them, scaled to length 1. `undefined` when there is no such vector (NaN,
 * infinite, zero): stored, it would be near to nothing or to everything.
 */
export function unitVector(
  rows: Float32Array,
  dimension: number,
  pooling: Pooling = 'mean',
): Float32Array | undefined {
  const vector = new Float32Array(dimension);
  const last = Math.max(0, rows.length - dimension);
  const [from, to] = pooling === 'cls' ? [0, dimension] : [pooling === 'last' ? last : 0, rows.length];
  for (let start = from; start < Math.min(to, rows.length); start += dimension) {
    for (let i = 0; i < dimension; i++) vector[i] = at(vector, i) + at(rows, start + i);
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!Number.isFinite(squares) || squares === 0) return undefined;
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < dimension; i++) vector[i] = at(vector, i) * scale;
  return vector;
}

const at = (values: Float32Array, index: number) => values[index] as number;
