import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../../../sidecar/stores/arena.ts';
import { Best } from '../../../../sidecar/stores/best.ts';
import { ExpiryHeap } from '../../../../sidecar/stores/expiry.ts';
import { unitVector } from '../../../../sidecar/stores/vectors.ts';
import { numbers, randomUnit, unit } from './entries.ts';

describe('the expiry heap', () => {
  test('gives out by time, whoever leaves early', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ expiresAt: fc.nat(50), leaves: fc.boolean() })), (drawn) => {
        const heap = new ExpiryHeap<{ expiresAt: number; place: number }>();
        const members = drawn.map(({ expiresAt }) => ({ expiresAt, place: -1 }));
        for (const member of members) heap.add(member);
        const staying = members.filter((member, at) => {
          if (drawn[at]?.leaves) heap.remove(member);
          return !drawn[at]?.leaves;
        });
        const out: number[] = [];
        for (let first = heap.first; first !== undefined; first = heap.first) {
          out.push(first.expiresAt);
          heap.remove(first);
        }
        expect(out).toEqual(staying.map(({ expiresAt }) => expiresAt).sort((a, b) => a - b));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the best few', () => {
  test('are those of a full sort, and never not-a-number', () => {
    const similarity = fc.oneof(fc.double(), fc.constant(Number.NaN), fc.constant(0.5));
    fc.assert(
      fc.property(fc.array(similarity), fc.integer({ min: 1, max: 8 }), (similarities, count) => {
        const best = new Best<number>(count);
        for (const [at, value] of similarities.entries()) best.offer(at, value);
        const expected = similarities
          .map((value, item) => ({ item, similarity: value }))
          .filter((candidate) => !Number.isNaN(candidate.similarity))
          .sort((a, b) => (a.similarity > b.similarity ? -1 : a.similarity < b.similarity ? 1 : 0))
          .slice(0, count);
        expect(best.items).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the arena', () => {
  test.each([1, 2, 3, 4, 7, 384])('multiplies vectors of %i components', (dimension) => {
    const arena = new Arena(dimension);
    const vector = unit(Array.from({ length: dimension }, (_, at) => at + 1));
    const other = vector.toReversed();
    const expected = vector.reduce((sum, component, at) => sum + component * (other[at] as number), 0);
    for (let row = 0; row < 300; row++) {
      expect(arena.dot(arena.add(vector), vector)).toBeCloseTo(1, 6);
      expect(arena.dot(arena.add(vector), other)).toBeCloseTo(expected, 4);
    }
  });

  test('tells a cosine to some millionths, and keeps what it has read', () => {
    const arena = new Arena(384);
    const random = numbers(1);
    for (let i = 0; i < 300; i++) {
      const [vector, query] = [randomUnit(384, random), randomUnit(384, random)];
      const row = arena.add(vector);
      const cosine = vector.reduce((sum, component, at) => sum + component * (query[at] as number), 0);
      expect(Math.abs(arena.dot(row, query) - cosine)).toBeLessThan(1e-5);
      const kept = arena.read(row);
      expect(unitVector(kept, 384)).toBe(kept);
      expect(arena.read(arena.add(kept))).toEqual(kept);
    }
  });

  test('gives blocks back when they are empty, and takes them again', () => {
    const arena = new Arena(4);
    const fill = (count: number) =>
      Array.from({ length: count }, () => arena.add(Float32Array.of(0, 0, 0, 1)));
    const rows = fill(1000);
    expect(new Set(rows).size).toBe(1000);
    const full = arena.bytes;
    expect(full).toBeGreaterThanOrEqual(1000 * 4 * 2);
    for (const row of rows) arena.release(row);
    expect(arena.bytes).toBe(0);
    expect(new Set(fill(1000)).size).toBe(1000);
    expect(arena.bytes).toBe(full);
  });

  test('keeps every vector in its place while others come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 200, maxLength: 900, size: 'max' }), (steps) => {
        const arena = new Arena(2);
        const rows: { row: number; value: number }[] = [];
        for (const [value, step] of steps.entries()) {
          const leaving = step % 3 === 0 ? rows.splice(step % Math.max(1, rows.length), 1)[0] : undefined;
          if (leaving === undefined) rows.push({ row: arena.add(pointing(value)), value });
          else arena.release(leaving.row);
        }
        for (const { row, value } of rows) expect(arena.read(row)[0]).toBeCloseTo(Math.cos(value), 4);
      }),
      { numRuns: 100 },
    );
  });
});

const pointing = (angle: number) => Float32Array.of(Math.cos(angle), Math.sin(angle));
