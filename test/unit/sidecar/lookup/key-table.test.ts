import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTable } from '../../../../sidecar/lookup/key-table.ts';

interface Word {
  readonly word: string;
}

/** Few keys, so that they meet, and some at the ends of what a key may be. */
const key = fc.oneof(fc.nat(40), fc.constantFrom(0, 2 ** 30 - 1, 2 ** 31 - 2));
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ set: fc.array(key, { minLength: 1, maxLength: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ delete: key }) },
);

describe('values by number', () => {
  it('are those of a Map with the same history', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const table = new KeyTable<Word>();
        const map = new Map<number, Word>();
        for (const [at, each] of changes.entries()) {
          if ('set' in each) {
            const value = { word: String(at) };
            const handle = table.hold(value);
            for (const one of each.set) {
              table.set(one, handle);
              map.set(one, value);
            }
            table.release(handle);
          } else {
            table.delete(each.delete);
            map.delete(each.delete);
          }
          expect(table.size).toBe(map.size);
          for (const one of [...map.keys(), 1, 17, 2 ** 30 - 1]) expect(table.get(one)).toBe(map.get(one));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are let go with their last key', () => {
    const table = new KeyTable<Word>();
    const put = (keys: readonly number[], value: Word) => {
      const handle = table.hold(value);
      for (const each of keys) table.set(each, handle);
      table.release(handle);
      return handle;
    };
    const first = put([1, 2, 3], { word: 'first' });
    const second = put([2], { word: 'second' });
    table.delete(1);
    expect(put([4], { word: 'third' })).not.toBe(first);
    table.delete(3);
    expect(put([5], { word: 'fourth' })).toBe(first);
    expect([table.get(2), table.get(5)]).toEqual([{ word: 'second' }, { word: 'fourth' }]);
    expect(second).not.toBe(first);
  });

  it('stay quick to find among a hundred thousand, and after most have gone', () => {
    const table = new KeyTable<Word>();
    const handle = table.hold({ word: 'all' });
    const keys = Array.from({ length: 100_000 }, (_, at) => at * 8);
    for (const each of keys) table.set(each, handle);
    for (const each of keys.slice(1_000)) table.delete(each);
    expect(table.size).toBe(1_000);
    const start = performance.now();
    expect(keys.filter((each) => table.get(each) !== undefined)).toEqual(keys.slice(0, 1_000));
    // A few milliseconds; a table whose deleted keys stood in the way would take minutes.
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
