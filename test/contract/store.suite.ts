import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../sidecar/lookup/entry.ts';
import type { Selector, Store, StoreFeed } from '../../sidecar/stores/store.ts';

/** What a member of the family needs to know to be opened empty. */
export interface StoreSetting {
  readonly maxEntries: number;
  readonly dimension: number;
  readonly feed: StoreFeed;
  /** Ahead of the machine's clock by as much as the test says; for what the store does without being called. */
  readonly now: () => number;
}

export interface StoreCapabilities {
  /** The size is held exactly and the least recently used leaves first. A store that samples holds it approximately. */
  readonly exactRecency: boolean;
  /** How many random histories, of 50 operations on average, are tried. */
  readonly histories: number;
}

/** The rules of every store. A new member starts here. */
export function storeContract(
  name: string,
  open: (setting: StoreSetting) => Promise<Store>,
  capabilities: StoreCapabilities,
): void {
  describe(`store: ${name}`, () => {
    let store: Store;
    let now: number;
    let gone: string[];
    let blocked: string[];
    let learned: string[];

    async function reopen(maxEntries = 1000): Promise<void> {
      gone = [];
      blocked = [];
      learned = [];
      const feed: StoreFeed = {
        removed: (ids) => gone.push(...ids),
        blocked: (pairs) => blocked.push(...pairs),
        unblocked: (pairs) => {
          blocked = blocked.filter((pair) => !pairs.includes(pair));
        },
        learned: (labels) => learned.push(...labels),
      };
      store = await open({ maxEntries, dimension: DIMENSION, feed, now: () => now });
    }

    const put = async (...entries: Entry[]) => {
      for (const entry of entries) await store.put(entry, now);
    };
    const nearestIds = async (scope: string, vector: Float32Array, count: number) =>
      (await store.nearest(hash(scope), vector, count, now)).map(({ entry }) => entry.id);

    beforeEach(async () => {
      now = Date.now();
      await reopen();
    });
    afterEach(() => store.close());

    describe('blocked pairs', () => {
      const pairs = ['a', 'b', 'c'].map((name) => hash(name).slice(0, 22));

      test('are told at once, are kept beside all entries, and no removal takes them', async () => {
        await store.block(pairs.slice(0, 2));
        await store.block(pairs);
        expect(new Set(blocked)).toEqual(new Set(pairs));
        await put(made('a', now));
        await store.remove({ all: true });
        expect((await store.blocks()).toSorted()).toEqual(pairs.toSorted());
      });

      test('are removed where that is asked for, and may be blocked again', async () => {
        await store.block(pairs);
        expect(await store.unblock([...pairs.slice(1), hash('unknown').slice(0, 22)])).toBe(2);
        expect(await store.blocks()).toEqual(pairs.slice(0, 1));
        expect(blocked).toEqual(pairs.slice(0, 1));
        await store.block(pairs.slice(0, 2));
        expect((await store.blocks()).toSorted()).toEqual(pairs.slice(0, 2).toSorted());
      });

      test('something that is no pair keeps all of them out', async () => {
        await expect(store.block([...pairs, 'not a pair'])).rejects.toThrow(RangeError);
        expect(await store.blocks()).toEqual([]);
      });
    });

    describe('all entries', () => {
      const all = async () => {
        const found: Entry[] = [];
        for await (const entry of store.entries()) found.push(entry);
        return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      };

      test('are each there once, as they were stored, in every scope and with no text or vector too', async () => {
        const entries = [
          made('a', now, { vector: direction(1), tags: ['t'], sources: ['s'] }),
          made('b', now, { scope: 'other', tool: 'search', dialect: 'tool' }),
          made('c', now, { text: undefined, vector: undefined }),
        ].toSorted((a, b) => (a.id < b.id ? -1 : 1));
        await put(...entries);
        const found = await all();
        expect(found).toHaveLength(3);
        for (const [at, entry] of found.entries()) expectSame(entry, entries[at] as Entry);
      });

      test('are those that are kept: stale ones are there, and what ended or was removed is not', async () => {
        const stale = made('a', now, { expiresAt: now + 1_000, keptUntil: now + 100_000 });
        const ending = made('b', now, { expiresAt: now + 1_000 });
        const gone = made('c', now);
        await put(stale, ending, gone);
        await store.remove({ id: gone.id });
        now += 2_000;
        await eventually(async () => expect((await all()).map(({ id }) => id)).toEqual([stale.id]));
      });

      test('that leave while they are told harm nobody', async () => {
        await put(...Array.from({ length: 30 }, (_, at) => made(`e${at}`, now)));
        const told: string[] = [];
        for await (const { id } of store.entries()) {
          if (told.length === 0) await store.remove({ all: true });
          told.push(id);
        }
        expect(new Set(told).size).toBe(told.length);
        expect(await all()).toEqual([]);
      });
    });

    test('what is learned is told, in order, and no removal takes it', async () => {
      await store.learn(['a', 'b']);
      await store.remove({ all: true });
      await store.learn(['c']);
      expect(learned).toEqual(['a', 'b', 'c']);
    });

    describe('exact keys', () => {
      test('an entry comes back as it was stored, by key and by id', async () => {
        const entry = made('a', now, {
          tags: ['t'],
          sources: ['s'],
          text: 'Wie heißt „Köln“ auf 日本語? 🏰',
          answer: new Uint8Array([0, 255, 10, 13, 0]),
          tokens: 42,
        });
        await put(entry);
        expectSame(await store.get(entry.exactKey, now), entry);
        expectSame(await store.entry(entry.id, now), entry);
      });

      test('an entry without text or vector is found by its key only', async () => {
        const entry = made('a', now, { text: undefined, vector: undefined });
        await put(entry);
        expectSame(await store.get(entry.exactKey, now), entry);
        expect(await nearestIds('scope', direction(1), 5)).toEqual([]);
      });

      test('nothing is behind an unknown key or id', async () => {
        await put(made('a', now));
        expect(await store.get(hash('b'), now)).toBeUndefined();
        expect(await store.entry('b', now)).toBeUndefined();
      });

      test('a stored entry does not change when the caller reuses its vector, or the buffer its answer is a part of', async () => {
        const received = Buffer.from([9, 1, 2, 3, 9]);
        const entry = made('a', now, { vector: direction(3), answer: received.subarray(1, 4) });
        await put(entry);
        received.fill(7);
        entry.vector?.fill(0.5);
        const [found] = await store.nearest(hash('scope'), direction(3), 1, now);
        expect(found?.similarity).toBeCloseTo(1, 4);
        expect((await store.get(entry.exactKey, now))?.answer).toEqual(new Uint8Array([1, 2, 3]));
      });

      test('an entry of the same id is replaced with everything that belonged to it', async () => {
        await put(
          made('a', now, { tags: ['old', 'both'], sources: ['old'], model: 'old', vector: direction(1) }),
        );
        const entry = made('a', now, {
          tags: ['new', 'both'],
          sources: ['new'],
          model: 'new',
          scope: 'other',
        });
        await put(entry);
        expectSame(await store.get(entry.exactKey, now), entry);
        expect(await nearestIds('scope', direction(1), 5)).toEqual([]);
        expect(await nearestIds('other', direction(1), 5)).toEqual([entry.id]);
        for (const selector of [{ tag: 'old' }, { source: 'old' }, { model: 'old' }])
          expect(await store.remove(selector)).toBe(0);
        expect(await store.remove({ tag: 'both' })).toBe(1);
        await eventually(() => expect(store.stats().entries).toBe(0));
      });

      test('a replacement is not a removal', async () => {
        await put(made('a', now), made('a', now));
        const { entries, evictions, expirations, invalidations } = store.stats();
        expect({ entries, evictions, expirations, invalidations }).toEqual({
          entries: 1,
          evictions: 0,
          expirations: 0,
          invalidations: 0,
        });
        expect(gone).toEqual([]);
      });
    });

    test('uses are counted', async () => {
      const entry = made('a', now);
      await put(entry, made('b', now));
      store.touch(entry.id);
      store.touch(entry.id);
      await eventually(async () => expect(await store.uses(entry.id)).toBe(2));
      expect(await store.uses(id('b'))).toBe(0);
      expect(await store.uses('unknown')).toBe(0);
    });

    describe('aliases', () => {
      test('an alias finds the entry, also after the entry was refreshed', async () => {
        const entry = made('a', now);
        await put(entry);
        await store.alias(hash('alias'), entry.id, now);
        expect((await store.get(hash('alias'), now))?.id).toBe(entry.id);
        await put(made('a', now, { tokens: 7 }));
        expect((await store.get(hash('alias'), now))?.tokens).toBe(7);
      });

      test('an alias does not outlive its entry: expired', async () => {
        const entry = made('a', now, { expiresAt: now + 1000 });
        await put(entry);
        await store.alias(hash('alias'), entry.id, now);
        now += 1000;
        expect(await store.get(hash('alias'), now)).toBeUndefined();
      });

      test('an alias does not outlive its entry: removed and stored again', async () => {
        const entry = made('a', now);
        await put(entry);
        await store.alias(hash('alias'), entry.id, now);
        expect(await store.remove({ id: entry.id })).toBe(1);
        expect(await store.get(hash('alias'), now)).toBeUndefined();
        await put(entry);
        expect(await store.get(hash('alias'), now)).toBeUndefined();
      });

      test.runIf(capabilities.exactRecency)('an alias does not outlive its entry: evicted', async () => {
        await store.configure({ maxEntries: 1 });
        const entry = made('a', now);
        await put(entry);
        await store.alias(hash('alias'), entry.id, now);
        await put(made('b', now));
        expect(await store.get(hash('alias'), now)).toBeUndefined();
      });

      test('an alias of an unknown or expired entry finds nothing', async () => {
        await store.alias(hash('alias'), 'unknown', now);
        expect(await store.get(hash('alias'), now)).toBeUndefined();
        const entry = made('a', now, { expiresAt: now + 10 });
        await put(entry);
        now += 10;
        await store.alias(hash('alias'), entry.id, now);
        expect(await store.get(hash('alias'), now)).toBeUndefined();
      });

      test.runIf(capabilities.exactRecency)(
        'an alias that goes to another entry was no use of its last',
        async () => {
          await store.configure({ maxEntries: 2 });
          const [a, b] = [made('a', now), made('b', now)];
          await put(a);
          await store.alias(hash('alias'), a.id, now);
          await put(b);
          await store.alias(hash('alias'), b.id, now);
          await put(made('c', now));
          expect(await store.get(a.exactKey, now)).toBeUndefined();
          expect(await store.get(b.exactKey, now)).toBeDefined();
        },
      );

      test('the latest alias wins, and never over the key of a live entry', async () => {
        const [a, b] = [made('a', now), made('b', now)];
        await put(a, b);
        await store.alias(hash('alias'), a.id, now);
        await store.alias(hash('alias'), b.id, now);
        expect((await store.get(hash('alias'), now))?.id).toBe(b.id);
        await store.alias(a.exactKey, b.id, now);
        expect((await store.get(a.exactKey, now))?.id).toBe(a.id);
      });

      test('an entry stored under what was an alias owns it', async () => {
        const [a, b] = [made('a', now), made('b', now)];
        await put(a);
        await store.alias(b.exactKey, a.id, now);
        await put(b);
        expect((await store.get(b.exactKey, now))?.id).toBe(b.id);
        await store.remove({ id: a.id });
        expect((await store.get(b.exactKey, now))?.id).toBe(b.id);
      });
    });

    describe('vectors', () => {
      test('best first, with the cosine', async () => {
        await put(
          made('far', now, { vector: unit([0, 1, 0, 0, 0, 0, 0, 0]) }),
          made('near', now, { vector: unit([3, 4, 0, 0, 0, 0, 0, 0]) }),
          made('same', now, { vector: unit([1, 0, 0, 0, 0, 0, 0, 0]) }),
          made('opposite', now, { vector: unit([-1, 0, 0, 0, 0, 0, 0, 0]) }),
        );
        const found = await store.nearest(hash('scope'), unit([1, 0, 0, 0, 0, 0, 0, 0]), 10, now);
        expect(found.map(({ entry }) => entry.text)).toEqual(['same', 'near', 'far', 'opposite']);
        expect(found.map(({ similarity }) => Number(similarity.toFixed(4)) + 0)).toEqual([1, 0.6, 0, -1]);
      });

      test('at most as many as asked for', async () => {
        await put(...Array.from({ length: 9 }, (_, i) => made(`e${i}`, now, { vector: direction(i) })));
        expect(await nearestIds('scope', direction(3), 4)).toHaveLength(4);
        expect(await nearestIds('scope', direction(3), 50)).toHaveLength(9);
      });

      test('of those below what is similar enough only the best', async () => {
        await put(
          made('far', now, { vector: unit([0, 1, 0, 0, 0, 0, 0, 0]) }),
          made('near', now, { vector: unit([0.6, 0.8, 0, 0, 0, 0, 0, 0]) }),
          made('same', now, { vector: unit([1, 0, 0, 0, 0, 0, 0, 0]) }),
        );
        const texts = async (least: number) =>
          (await store.nearest(hash('scope'), unit([1, 0, 0, 0, 0, 0, 0, 0]), 10, now, least)).map(
            ({ entry }) => entry.text,
          );
        expect(await texts(0.5)).toEqual(['same', 'near']);
        await store.remove({ id: made('same', now).id });
        await eventually(async () => expect(await texts(0.9)).toEqual(['near']));
      });

      test('a neighbour is a whole entry', async () => {
        const entry = made('a', now, { vector: direction(5), tags: ['t'] });
        await put(entry);
        const [found] = await store.nearest(hash('scope'), direction(5), 1, now);
        expectSame(found?.entry, entry);
      });

      test('a thousand closer neighbours of another scope do not hide one', async () => {
        const query = direction(1);
        const crowd = Array.from({ length: 1000 }, (_, i) =>
          made(`crowd${i}`, now, {
            scope: 'crowd',
            vector: unit(query.map((x, at) => x + (at === i % 8 ? 1e-3 : 0))),
          }),
        );
        const hit = made('hit', now, { scope: 'mine', vector: unit(query.map((x, at) => x + 0.1 * at)) });
        await reopen(2000);
        await put(...crowd.slice(0, 500), hit, ...crowd.slice(500));
        expect(await nearestIds('mine', query, 1)).toEqual([hit.id]);
        expect(await nearestIds('nobody', query, 1)).toEqual([]);
        expect(await nearestIds('crowd', query, 3)).not.toContain(hit.id);
      });

      test('among a thousand of its own scope the stored vector is found', async () => {
        await reopen(2000);
        const entries = Array.from({ length: 1000 }, (_, i) => made(`e${i}`, now, { vector: direction(i) }));
        await put(...entries);
        for (let round = 0; round < 2; round++) {
          for (const i of [0, 1, 499, 500, 998, 999])
            expect(await nearestIds('scope', direction(i), 1)).toEqual([entries[i]?.id]);
          await new Promise((resume) => setTimeout(resume, 500));
        }
      });

      test.each([
        ['too short', new Float32Array([1, 0, 0])],
        ['too long', new Float32Array(9).fill(1 / 3)],
        ['empty', new Float32Array(0)],
        ['not a number', unit([1, 0, 0, 0, 0, 0, 0, 0]).fill(Number.NaN, 1, 2)],
        ['infinite', unit([1, 0, 0, 0, 0, 0, 0, 0]).fill(Number.POSITIVE_INFINITY, 1, 2)],
        ['without direction', new Float32Array(8)],
      ])('a vector that is %s is refused, to store and to look up', async (_, vector) => {
        await put(made('good', now, { vector: direction(1) }));
        await expect(store.put(made('bad', now, { vector }), now)).rejects.toThrow(RangeError);
        await expect(store.nearest(hash('scope'), vector, 1, now)).rejects.toThrow(RangeError);
        await expect(store.nearest(hash('nobody'), vector, 1, now)).rejects.toThrow(RangeError);
        expect(await store.get(hash('bad'), now)).toBeUndefined();
        expect(await nearestIds('scope', direction(1), 5)).toEqual([made('good', now).id]);
      });

      test('a refused replacement leaves the old entry', async () => {
        const entry = made('a', now);
        await put(entry);
        const bad = made('a', now, { vector: new Float32Array(3) });
        await expect(store.put(bad, now)).rejects.toThrow(RangeError);
        expectSame(await store.get(entry.exactKey, now), entry);
      });
    });

    describe('time', () => {
      test('an entry answers until its time and not at it', async () => {
        const entry = made('a', now, { expiresAt: now + 60_000, vector: direction(1) });
        await put(entry);
        now += 59_999;
        expect((await store.get(entry.exactKey, now))?.id).toBe(entry.id);
        expect((await store.entry(entry.id, now))?.id).toBe(entry.id);
        expect(await nearestIds('scope', direction(1), 1)).toEqual([entry.id]);
        now += 1;
        expect(await nearestIds('scope', direction(1), 1)).toEqual([]);
        expect(await store.entry(entry.id, now)).toBeUndefined();
        expect(await store.get(entry.exactKey, now)).toBeUndefined();
      });

      test('use does not lengthen a life', async () => {
        const entry = made('a', now, { expiresAt: now + 1000 });
        await put(entry);
        for (let i = 0; i < 10; i++) {
          now += 100;
          await store.get(entry.exactKey, now);
          await store.alias(hash(`alias${i}`), entry.id, now);
        }
        expect(await store.get(entry.exactKey, now)).toBeUndefined();
      });

      test('expired neighbours do not take the places of live ones', async () => {
        const brief = Array.from({ length: 200 }, (_, i) =>
          made(`brief${i}`, now, {
            expiresAt: now + 1000,
            vector: unit(direction(1).map((x) => x + i * 1e-4)),
          }),
        );
        const lasting = made('lasting', now, { vector: direction(2) });
        await put(...brief, lasting);
        now += 1000;
        expect(await nearestIds('scope', direction(1), 3)).toEqual([lasting.id]);
      });

      test('when hundreds expire at once, none of them answers', async () => {
        const names = Array.from({ length: 300 }, (_, i) => `e${i}`);
        await put(...names.map((name, at) => made(name, now, { expiresAt: now + 1 + at })));
        await store.alias(hash('alias'), id('e299'), now);
        now += 1000;
        expect(await store.get(hash('alias'), now)).toBeUndefined();
        for (const name of names.toReversed()) {
          expect(await store.get(hash(name), now)).toBeUndefined();
          expect(await store.entry(id(name), now)).toBeUndefined();
        }
        await eventually(() => {
          expect(store.stats()).toMatchObject({ entries: 0, expirations: 300 });
          expect(new Set(gone).size).toBe(300);
        });
      });

      test('an entry that has expired already is not stored, and replaces nonetheless', async () => {
        await put(made('a', now), made('a', now, { expiresAt: now }));
        expect(await store.get(hash('a'), now)).toBeUndefined();
        await eventually(() => expect(store.stats().entries).toBe(0));
      });

      test('a stale entry answers as of the time when it was fresh, for as long as it is kept', async () => {
        const entry = made('a', now, {
          expiresAt: now + 1000,
          keptUntil: now + 60_000,
          vector: direction(1),
          tags: ['t'],
        });
        await put(entry);
        await store.alias(hash('alias'), entry.id, now);
        now += 30_000;
        expect(await store.get(entry.exactKey, now)).toBeUndefined();
        expect(await store.get(hash('alias'), now)).toBeUndefined();
        expect(await nearestIds('scope', direction(1), 1)).toEqual([]);
        const earlier = now - 29_500;
        expectSame(await store.get(entry.exactKey, earlier), entry);
        expect((await store.get(hash('alias'), earlier))?.id).toBe(entry.id);
        const found = await store.nearest(hash('scope'), direction(1), 1, earlier);
        expect(found.map(({ entry: { id } }) => id)).toEqual([entry.id]);
        expectSame(await store.entry(entry.id, now), entry);
        expect(await store.remove({ tag: 't' }, { dryRun: true })).toBe(1);
        now += 30_000;
        expect(await store.entry(entry.id, now)).toBeUndefined();
        expect(await store.get(entry.exactKey, earlier)).toBeUndefined();
      });

      test('stale neighbours do not take the places of fresh ones', async () => {
        const stale = Array.from({ length: 50 }, (_, i) =>
          made(`stale${i}`, now, {
            expiresAt: now + 1000,
            keptUntil: now + 60_000,
            vector: unit(direction(1).map((x) => x + i * 1e-4)),
          }),
        );
        const fresh = made('fresh', now, { vector: direction(2) });
        await put(...stale, fresh);
        now += 1000;
        expect(await nearestIds('scope', direction(1), 3)).toEqual([fresh.id]);
      });

      test('a stale entry is removed like any other', async () => {
        const entry = made('a', now, { expiresAt: now + 1000, keptUntil: now + 60_000 });
        await put(entry);
        now += 2000;
        expect(await store.remove({ id: entry.id })).toBe(1);
        expect(await store.get(entry.exactKey, now - 1500)).toBeUndefined();
      });

      test('a refresh gives a new life', async () => {
        await put(made('a', now, { expiresAt: now + 1000 }));
        now += 500;
        await put(made('a', now, { expiresAt: now + 1000 }));
        now += 999;
        expect(await store.get(hash('a'), now)).toBeDefined();
      });
    });

    describe.runIf(capabilities.exactRecency)('size', () => {
      const present = async () => {
        const ids = [];
        for (const name of ['a', 'b', 'c', 'd', 'e']) if (await store.get(hash(name), now)) ids.push(name);
        return ids.join('');
      };

      test('the least recently used leaves first', async () => {
        await reopen(3);
        await put(made('a', now), made('b', now), made('c', now));
        await store.get(hash('a'), now);
        await put(made('d', now));
        expect(await present()).toBe('acd');
        expect(gone).toEqual([made('b', now).id]);
        expect(store.stats()).toMatchObject({ entries: 3, evictions: 1 });
      });

      test('an answer that was given from elsewhere is use', async () => {
        await reopen(3);
        await put(made('a', now), made('b', now), made('c', now));
        store.touch(made('a', now).id);
        store.touch('unknown');
        await put(made('d', now));
        expect(await present()).toBe('acd');
      });

      test('a look by id and a new alias are use; being a neighbour is not', async () => {
        await reopen(3);
        const [a, b, c] = [made('a', now), made('b', now), made('c', now)];
        await put(a, b, c);
        await store.entry(a.id, now);
        await store.alias(hash('alias'), b.id, now);
        await store.nearest(hash('scope'), c.vector as Float32Array, 1, now);
        await put(made('d', now));
        expect(await present()).toBe('abd');
      });

      test('the expired leave before the live', async () => {
        await reopen(2);
        await put(made('a', now), made('b', now, { expiresAt: now + 10 }));
        now += 10;
        await put(made('c', now));
        expect(await present()).toBe('ac');
        expect(store.stats()).toMatchObject({ evictions: 0, expirations: 1 });
      });

      test('the size changes while the store runs', async () => {
        await reopen(5);
        await put(...['a', 'b', 'c', 'd', 'e'].map((name) => made(name, now)));
        store.configure({ maxEntries: 2 });
        await eventually(() => expect(store.stats()).toMatchObject({ entries: 2, evictions: 3 }));
        expect(await present()).toBe('de');
        store.configure({ maxEntries: 4 });
        await put(made('a', now), made('b', now), made('c', now));
        expect(await present()).toBe('abce');
      });

      test.each([0, -1, 1.5, Number.NaN])('a size of %s is refused', (maxEntries) => {
        expect(() => store.configure({ maxEntries })).toThrow(RangeError);
      });
    });

    describe('removal', () => {
      beforeEach(() =>
        put(
          made('a', now, { tags: ['red', 'blue'], sources: ['doc-1'], model: 'm1', partition: 'p1' }),
          made('b', now, { tags: ['red'], sources: ['doc-1', 'doc-2'], model: 'm1', partition: 'p2' }),
          made('c', now, { tags: [], sources: ['doc-2'], model: 'm2', partition: 'p1', tool: 'm1' }),
          made('d', now, { tags: ['green'], sources: [], model: 'm2', partition: 'p2', tool: 'search' }),
        ),
      );

      test.each<[Selector, string]>([
        [{ id: id('a') }, 'a'],
        [{ id: 'unknown' }, ''],
        [{ tag: 'red' }, 'ab'],
        [{ tag: 're' }, ''],
        [{ source: 'doc-2' }, 'bc'],
        [{ sources: ['doc-2', 'nobody', 'doc-1'] }, 'abc'],
        [{ sources: ['doc-2', 'doc-1'], partition: hash('p1') }, 'ac'],
        [{ sources: ['doc-1'], source: 'doc-2' }, 'b'],
        [{ sources: ['nobody'] }, ''],
        [{ sources: [] }, ''],
        [{ model: 'm2' }, 'cd'],
        [{ tool: 'm1' }, 'c'],
        [{ tool: 'm2' }, ''],
        [{ tool: 'search', partition: hash('p1') }, ''],
        [{ all: true }, 'abcd'],
        [{ all: true, partition: hash('p1') }, 'ac'],
        [{ tag: 'red', partition: hash('p2') }, 'b'],
        [{ tag: 'red', source: 'doc-2' }, 'b'],
        [{ model: 'm1', source: 'doc-2', tag: 'red', partition: hash('p1') }, ''],
        [{ id: id('a'), partition: hash('p2') }, ''],
        [{ id: id('a'), tag: 'red', all: true }, 'a'],
        [{ tag: 'nobody' }, ''],
      ])('%j', async (selector, expected) => {
        expect(await store.remove(selector, { dryRun: true })).toBe(expected.length);
        expect(gone).toEqual([]);
        expect(store.stats()).toMatchObject({ entries: 4, invalidations: 0 });
        expect(await store.remove(selector)).toBe(expected.length);
        for (const name of ['a', 'b', 'c', 'd']) {
          const found = (await store.get(hash(name), now)) !== undefined;
          expect(found, name).toBe(!expected.includes(name));
          expect((await store.entry(id(name), now)) !== undefined, name).toBe(found);
          const neighbours = await nearestIds('scope', made(name, now).vector as Float32Array, 4);
          expect(neighbours.includes(id(name)), name).toBe(found);
        }
        await eventually(() => {
          expect(gone.toSorted()).toEqual([...expected].map(id).toSorted());
          expect(store.stats()).toMatchObject({
            entries: 4 - expected.length,
            invalidations: expected.length,
          });
        });
        expect(await store.remove(selector)).toBe(0);
      });

      test.each<[string, Selector]>([
        ['nothing', {}],
        ['undefined', { id: undefined, tag: undefined } as unknown as Selector],
        ['all: false', { all: false }],
        ['a partition alone', { partition: hash('p1') }],
      ])('a selector of %s is refused', async (_, selector) => {
        await expect(store.remove(selector)).rejects.toThrow(TypeError);
        await expect(store.remove(selector, { dryRun: true })).rejects.toThrow(TypeError);
        expect(store.stats().entries).toBe(4);
      });

      test('the expired are not counted', async () => {
        await put(made('e', now, { expiresAt: now + 10, tags: ['red'] }));
        now += 10;
        expect(await store.remove({ tag: 'red' }, { dryRun: true })).toBe(2);
        expect(await store.remove({ tag: 'red' })).toBe(2);
      });

      test('what was removed can be stored again', async () => {
        await store.remove({ all: true });
        await put(made('a', now, { tags: ['red'] }));
        expect(await store.get(hash('a'), now)).toBeDefined();
        expect(await store.remove({ tag: 'red' })).toBe(1);
      });

      test('hundreds at once', async () => {
        await put(...Array.from({ length: 700 }, (_, i) => made(`many${i}`, now, { tags: ['many'] })));
        expect(await store.remove({ tag: 'many' })).toBe(700);
        await eventually(() => expect(store.stats()).toMatchObject({ entries: 4, invalidations: 700 }));
        await eventually(() => expect(new Set(gone).size).toBe(700));
      });
    });

    test.each(ODD_NAMES.map((odd) => [JSON.stringify(odd).slice(0, 30), odd]))(
      'tag, source and model %s mean themselves',
      async (_, odd = '') => {
        await put(
          made('odd', now, { tags: [odd], sources: [odd], model: odd, tool: odd }),
          made('plain', now, { tags: ['plain'], sources: ['plain'], model: 'plain', tool: 'plain' }),
        );
        expectSame(
          await store.get(hash('odd'), now),
          made('odd', now, { tags: [odd], sources: [odd], model: odd, tool: odd }),
        );
        expect(await store.remove({ tag: odd }, { dryRun: true })).toBe(1);
        expect(await store.remove({ source: odd }, { dryRun: true })).toBe(1);
        expect(await store.remove({ model: odd }, { dryRun: true })).toBe(1);
        expect(await store.remove({ tool: odd }, { dryRun: true })).toBe(1);
        expect(await store.remove({ tag: odd, source: odd, model: odd, tool: odd })).toBe(1);
        expect(await store.get(hash('plain'), now)).toBeDefined();
      },
    );

    test('a tag given twice is one tag', async () => {
      await put(made('a', now, { tags: ['t', 't'], sources: ['s', 's'] }));
      expect(await store.remove({ tag: 't' }, { dryRun: true })).toBe(1);
      await put(made('a', now));
      expect(await store.remove({ tag: 't' }, { dryRun: true })).toBe(0);
    });

    test('memory is reported', async () => {
      const before = store.stats().bytes;
      await put(
        ...Array.from({ length: 50 }, (_, i) =>
          made(`e${i}`, now, { answer: new Uint8Array(10_000).fill(i) }),
        ),
      );
      await eventually(() => expect(store.stats().bytes).toBeGreaterThan(before));
      expect(Number.isFinite(store.stats().bytes)).toBe(true);
    });

    test('random histories go as in a naive model', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { maxLength: 100, size: 'max' }), async (operations) => {
          const maxEntries = capabilities.exactRecency ? 6 : 1000;
          await store.close();
          await reopen(maxEntries);
          const model = new NaiveStore(maxEntries, () => now);
          for (const step of operations) {
            if (step.kind === 'wait') now += step.milliseconds;
            else expectAlike(step.kind, await act(step, store, now), await act(step, model, now));
          }
          await eventually(() => {
            const { bytes, ...counts } = store.stats();
            expect(counts).toMatchObject(model.counts(now));
            expect(gone.toSorted()).toEqual(model.gone.toSorted());
          });
        }),
        // Against a server, to make a failure small takes longer than the test may; so far as it came, it is told.
        { numRuns: capabilities.histories, interruptAfterTimeLimit: 60_000 },
      );
    });
  });
}

const DIMENSION = 8;

const ODD_NAMES = [
  'with space',
  'a,b',
  '*',
  'a|b',
  '{a}',
  '"quoted" \'twice\'',
  'back\\slash',
  'Ünïcödé-日本-🏰',
  'new\nline',
  ' ',
  '@tag:{*}',
  '-1',
  '__proto__',
  'x'.repeat(5000),
];

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
/** As the lookup derives it: from the exact key. */
const id = (name: string) => createHash('sha256').update(hash(name)).digest('base64url').slice(0, 22);

type Shape = Partial<Omit<Entry, 'id' | 'exactKey'>>;

/** An entry of that name: scope and partition are given in plain words and hashed here. */
function made(name: string, now: number, shape: Shape = {}): Entry {
  const { scope = 'scope', partition = 'partition', ...others } = shape;
  return {
    id: id(name),
    exactKey: hash(name),
    scope: hash(scope),
    partition: hash(partition),
    dialect: 'openai-chat',
    model: 'gpt-4o-mini',
    text: name,
    vector: direction(hash(name).charCodeAt(0) * 256 + hash(name).charCodeAt(1)),
    answer: new Uint8Array([1, 2, 3]),
    tags: [],
    sources: [],
    createdAt: now,
    expiresAt: now + 3_600_000,
    tokens: 1,
    ...others,
  };
}

function unit(components: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(components);
  const length = Math.hypot(...vector);
  return vector.map((component) => component / length);
}

/** A direction of its own for every number. */
function direction(seed: number): Float32Array {
  let state = seed + 1;
  return unit(
    Array.from({ length: DIMENSION }, () => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
      return (state >>> 8) / 2 ** 24 - 0.5;
    }),
  );
}

function expectSame(found: Entry | undefined, stored: Entry): void {
  const { vector: storedVector, answer: storedAnswer, ...storedRest } = stored;
  const { vector, answer, ...rest } = found as Entry;
  expect(rest).toEqual(storedRest);
  expect(Buffer.from(answer).toString('hex')).toBe(Buffer.from(storedAnswer).toString('hex'));
  expect(vector?.length).toBe(storedVector?.length);
  vector?.forEach((component, at) => {
    expect(component).toBeCloseTo(storedVector?.[at] as number, 4);
  });
}

/** A shared store tells its counts and removals a moment later. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 3000, interval: 5 });

type Operation =
  | {
      kind: 'put';
      name: string;
      scope: string;
      tag: string;
      source: string;
      milliseconds: number;
      seed: number;
    }
  | { kind: 'get' | 'entry'; name: string }
  | { kind: 'alias'; name: string; alias: string }
  | { kind: 'nearest'; scope: string; seed: number; count: number }
  | { kind: 'remove'; selector: Selector; dryRun: boolean };

const word = (...words: string[]) => fc.constantFrom(...words);
const entryName = word('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');
const selectorOf = fc
  .record(
    {
      id: entryName.map(id),
      tag: word('red', 'blue'),
      source: word('doc-1', 'doc-2'),
      model: fc.constant('gpt-4o-mini'),
      all: fc.constant(true),
    },
    { requiredKeys: [] },
  )
  .filter((selector) => Object.keys(selector).length > 0);

const operation = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      name: entryName,
      scope: word('s1', 's2'),
      tag: word('red', 'blue', ''),
      source: word('doc-1', 'doc-2', ''),
      milliseconds: fc.integer({ min: 1, max: 100_000 }),
      seed: fc.nat(500),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: word('get', 'entry') as fc.Arbitrary<'get' | 'entry'>, name: entryName }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('alias' as const),
      name: entryName,
      alias: word('a', 'b', 'x', 'y'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('nearest' as const),
      scope: word('s1', 's2', 's3'),
      seed: fc.nat(500),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      selector: selectorOf,
      dryRun: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      milliseconds: fc.integer({ min: 1, max: 40_000 }),
    }),
  },
);

type Actor = Pick<Store, 'get' | 'entry' | 'alias' | 'nearest' | 'put' | 'remove'>;

async function act(step: Operation, store: Actor, now: number): Promise<unknown> {
  switch (step.kind) {
    case 'put': {
      const tags = step.tag === '' ? [] : [step.tag];
      const sources = step.source === '' ? [] : [step.source];
      const vector = direction(step.seed);
      const expiresAt = now + step.milliseconds;
      return store.put(made(step.name, now, { scope: step.scope, tags, sources, vector, expiresAt }), now);
    }
    case 'get':
      return (await store.get(hash(step.name), now))?.expiresAt;
    case 'entry':
      return (await store.entry(id(step.name), now))?.expiresAt;
    case 'alias': {
      await store.alias(hash(step.alias), id(step.name), now);
      return (await store.get(hash(step.alias), now))?.id;
    }
    case 'nearest': {
      const found = await store.nearest(hash(step.scope), direction(step.seed), step.count, now);
      // Not the ids: equals may come in any order.
      return found.map(({ similarity }) => similarity);
    }
    case 'remove':
      return store.remove(step.selector, { dryRun: step.dryRun });
  }
}

function expectAlike(kind: string, got: unknown, expected: unknown): void {
  if (!Array.isArray(expected)) {
    expect(got, kind).toEqual(expected);
    return;
  }
  expect(got, kind).toHaveLength(expected.length);
  for (const [at, similarity] of expected.entries())
    expect((got as number[])[at], `${kind} ${at}`).toBeCloseTo(similarity, 4);
}

/** The same rules, written the slow and obvious way. */
class NaiveStore implements Actor {
  readonly gone: string[] = [];
  readonly #maxEntries: number;
  /** Least recently used first. */
  #entries: Entry[] = [];
  #aliases = new Map<string, string>();
  #evictions = 0;
  #expirations = 0;
  #invalidations = 0;
  readonly #now: () => number;

  constructor(maxEntries: number, now: () => number) {
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  async get(exactKey: string, now: number) {
    this.#forget(now);
    const owner =
      this.#entries.find((entry) => entry.exactKey === exactKey)?.id ?? this.#aliases.get(exactKey);
    return owner === undefined ? undefined : this.entry(owner, now);
  }

  async entry(entryId: string, now: number) {
    this.#forget(now);
    const found = this.#entries.find((entry) => entry.id === entryId);
    if (found !== undefined) this.#entries = [...this.#entries.filter((entry) => entry !== found), found];
    return found;
  }

  async alias(exactKey: string, entryId: string, now: number) {
    const found = await this.entry(entryId, now);
    if (found === undefined || this.#entries.some((entry) => entry.exactKey === exactKey)) return;
    this.#aliases.set(exactKey, entryId);
  }

  async nearest(scope: string, vector: Float32Array, count: number, now: number) {
    this.#forget(now);
    return this.#entries
      .filter((entry) => entry.scope === scope && entry.vector !== undefined)
      .map((entry) => ({
        entry,
        similarity: (entry.vector as Float32Array).reduce(
          (sum, x, at) => sum + x * (vector[at] as number),
          0,
        ),
      }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, count);
  }

  async put(entry: Entry, now: number) {
    this.#forget(now);
    this.#aliases.delete(entry.exactKey);
    this.#entries = [...this.#entries.filter((other) => other.id !== entry.id), entry];
    while (this.#entries.length > this.#maxEntries) {
      this.#drop(this.#entries[0] as Entry);
      this.#evictions++;
    }
  }

  async remove(selector: Selector, options: { dryRun?: boolean } = {}) {
    this.#forget(this.#now());
    const matching = this.#entries.filter(
      (entry) =>
        (selector.id === undefined || entry.id === selector.id) &&
        (selector.tag === undefined || entry.tags.includes(selector.tag)) &&
        (selector.source === undefined || entry.sources.includes(selector.source)) &&
        (selector.model === undefined || entry.model === selector.model),
    );
    if (!options.dryRun) {
      for (const entry of matching) this.#drop(entry);
      this.#invalidations += matching.length;
    }
    return matching.length;
  }

  counts(now: number) {
    this.#forget(now);
    return {
      entries: this.#entries.length,
      evictions: this.#evictions,
      expirations: this.#expirations,
      invalidations: this.#invalidations,
    };
  }

  #forget(now: number) {
    for (const entry of this.#entries.filter(({ expiresAt }) => expiresAt <= now)) {
      this.#drop(entry);
      this.#expirations++;
    }
  }

  #drop(entry: Entry) {
    this.gone.push(entry.id);
    this.#entries = this.#entries.filter((other) => other !== entry);
    for (const [key, target] of this.#aliases) if (target === entry.id) this.#aliases.delete(key);
  }
}
