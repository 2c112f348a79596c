import { createHash } from 'node:crypto';
import type { Entry } from '../../../../sidecar/lookup/entry.ts';

export const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** Pseudo-random numbers in [0, 1) that are the same in every run. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function unit(components: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(components);
  const length = Math.sqrt(vector.reduce((sum, component) => sum + component ** 2, 0));
  return vector.map((component) => component / length);
}

export function randomUnit(dimension: number, random: () => number): Float32Array {
  return unit(Array.from({ length: dimension }, () => random() + random() + random() - 1.5));
}

export function noisy(vector: Float32Array, amount: number, random: () => number): Float32Array {
  return unit(vector.map((component) => component + (random() - 0.5) * amount));
}

export function entryOf(name: string, shape: Partial<Entry> = {}): Entry {
  return {
    id: name,
    exactKey: hash(name),
    scope: 'scope',
    partition: 'partition',
    dialect: 'openai-chat',
    model: 'gpt-4o-mini',
    text: name,
    vector: undefined,
    answer: new TextEncoder().encode(`answer to ${name}`),
    tags: [],
    sources: [],
    createdAt: 0,
    expiresAt: 1e15,
    tokens: 1,
    ...shape,
  };
}
