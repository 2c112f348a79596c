import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../../../../sidecar/stores/arena.ts';
import { Best } from '../../../../sidecar/stores/best.ts';
import { ExpiryHeap } from '../../../../sidecar/stores/expiry.ts';

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
    const vector = Float32Array.from({ length: dimension }, (_, at) => at + 1);
    const expected = vector.reduce((sum, component) => sum + component * component, 0);
    for (let row = 0; row < 300; row++) expect(arena.dot(arena.add(vector), vector)).toBe(expected);
  });

  test('gives blocks back when they are empty, and takes them again', () => {
    const arena = new Arena(4);
    const fill = (count: number) => Array.from({ length: count }, () => arena.add(new Float32Array(4)));
    const rows = fill(1000);
    expect(new Set(rows).size).toBe(1000);
    const full = arena.bytes;
    expect(full).toBeGreaterThanOrEqual(1000 * 4 * 4);
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
          if (leaving === undefined) rows.push({ row: arena.add(new Float32Array([value, 1])), value });
          else arena.release(leaving.row);
        }
        for (const { row, value } of rows) expect(arena.read(row)[0]).toBe(value);
      }),
      { numRuns: 100 },
    );
  });
});
