import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../sidecar/lookup/entry.ts';
import { Shelf } from '../../../../sidecar/lookup/shelf.ts';
import { type Signature, signature } from '../../../../sidecar/lookup/signature.ts';
import { createMemoryStore } from '../../../../sidecar/stores/memory.ts';

/** The entries at hand in this process: what phases 1 and 2 look at. */
const entryOf = (id: string, scope = 'scope', createdAt = 0): Entry => ({
  id,
  exactKey: `exact ${id}`,
  scope,
  partition: 'partition',
  dialect: 'openai-chat',
  model: 'gpt-4o-mini',
  text: id,
  vector: undefined,
  answer: Buffer.from(id),
  tags: [],
  sources: [],
  createdAt,
  expiresAt: Number.MAX_SAFE_INTEGER,
  tokens: 1,
});
const signed = (text: string): Signature => signature(text) as Signature;
const put = (shelf: Shelf, entry: Entry, text: string) => shelf.put(entry, signed(text), text, 1);
const found = (shelf: Shelf, text: string, scope = 'scope') => shelf.bySignature(scope, signed(text))?.entry;
const near = (shelf: Shelf, text: string) =>
  [...shelf.nearMisses('scope', signed(text))].map(({ entry }) => entry.id);

it('finds an entry by the signature of each of its wordings, in its scope only', () => {
  const shelf = new Shelf(10);
  const entry = entryOf('a');
  put(shelf, entry, 'What is Rust?');
  put(shelf, entry, 'Explain Rust to me');
  expect([found(shelf, 'what is rust'), found(shelf, 'explain rust to me')]).toEqual([entry, entry]);
  expect(found(shelf, 'What is Rust?', 'another scope')).toBeUndefined();
  expect(near(shelf, 'What is Rustt?')).toEqual(['a']);
  expect(shelf.size).toBe(1);
});

it('a refreshed entry answers every wording with its new answer', () => {
  const shelf = new Shelf(10);
  const [old, fresh] = [entryOf('a', 'scope', 1), entryOf('a', 'scope', 2)];
  put(shelf, old, 'What is Rust?');
  put(shelf, old, 'Explain Rust to me');
  put(shelf, fresh, 'What is Rust?');
  for (const text of ['What is Rust?', 'Explain Rust to me']) expect(found(shelf, text)).toBe(fresh);
  expect(
    [...shelf.nearMisses('scope', signed('Explain Rust to me'))].every(({ entry }) => entry === fresh),
  ).toBe(true);
  expect(shelf.size).toBe(1);
});

it('a signature belongs to the entry that took it last, and stays when the former one goes', () => {
  const shelf = new Shelf(10);
  const [one, two] = [entryOf('a'), entryOf('b')];
  put(shelf, one, 'What is Rust?');
  put(shelf, two, 'what is rust');
  expect(found(shelf, 'What is Rust?')).toBe(two);
  shelf.remove(['a']);
  expect(found(shelf, 'What is Rust?')).toBe(two);
  shelf.remove(['b', 'nobody']);
  expect(found(shelf, 'What is Rust?')).toBeUndefined();
  expect(near(shelf, 'What is Rust?')).toEqual([]);
});

it('the least recently used goes first, with every wording of it', () => {
  const shelf = new Shelf(2);
  put(shelf, entryOf('a'), 'What is Rust?');
  put(shelf, entryOf('a'), 'Explain Rust to me');
  put(shelf, entryOf('b'), 'What is Kubernetes?');
  shelf.touch('a');
  put(shelf, entryOf('c'), 'Why is the sky blue?');
  expect(found(shelf, 'What is Kubernetes?')).toBeUndefined();
  expect(found(shelf, 'Explain Rust to me')?.id).toBe('a');
  expect(shelf.size).toBe(2);
  put(shelf, entryOf('d'), 'Who wrote Romeo and Juliet?');
  put(shelf, entryOf('e'), 'How do I boil an egg?');
  for (const text of ['What is Rust?', 'Explain Rust to me']) expect(found(shelf, text)).toBeUndefined();
});

it('a popular entry keeps its own wording and the most recent others', () => {
  const shelf = new Shelf(2);
  const entry = entryOf('a');
  put(shelf, entry, 'question one of many');
  for (let n = 0; n < 100; n++) put(shelf, entry, `question number ${n} of many`);
  expect(found(shelf, 'question one of many')).toBe(entry);
  expect(found(shelf, 'question number 99 of many')).toBe(entry);
  expect(found(shelf, 'question number 5 of many')).toBeUndefined();
  expect(near(shelf, 'question number 5 of many')).not.toContain(undefined);
});

describe('whatever happens', () => {
  const texts = [
    'What is Rust?',
    'What is Rrust?',
    'what is rust',
    'Explain Rust',
    'Why is the sky blue?',
    'Why is sky blue?',
  ];
  const step = fc.oneof(
    fc.record({ put: fc.constantFrom('a', 'b', 'c', 'd'), at: fc.nat(3), text: fc.constantFrom(...texts) }),
    fc.record({ remove: fc.constantFrom('a', 'b', 'c', 'd') }),
    fc.record({ touch: fc.constantFrom('a', 'b', 'c', 'd') }),
  );

  it('it finds only entries that it holds, in their latest form, and no more than it may', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const shelf = new Shelf(3);
        const latest = new Map<string, Entry>();
        for (const [at, each] of steps.entries()) {
          if ('put' in each) {
            const entry = entryOf(each.put, 'scope', at);
            latest.set(each.put, entry);
            put(shelf, entry, each.text);
            expect(found(shelf, each.text)).toEqual(entry);
          } else if ('remove' in each) {
            latest.delete(each.remove);
            shelf.remove([each.remove]);
          } else shelf.touch(each.touch);
          expect(shelf.size).toBeLessThanOrEqual(3);
          for (const text of texts) {
            const entry = found(shelf, text);
            if (entry !== undefined) expect(entry).toEqual(latest.get(entry.id));
            for (const { entry: nearby } of shelf.nearMisses('scope', signed(text)))
              expect(nearby).toEqual(latest.get(nearby.id));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('a copy that is older than what it holds does not come back', () => {
  const shelf = new Shelf(3);
  const [older, newer] = [entryOf('a', 'scope', 1), entryOf('a', 'scope', 2)];
  put(shelf, newer, 'what is rust');
  put(shelf, older, 'what is rust');
  put(shelf, older, 'tell me what rust is');
  expect(found(shelf, 'what is rust')).toBe(newer);
  expect(found(shelf, 'tell me what rust is')).toBeUndefined();
});

describe('one answer is held once', () => {
  const stored = (createdAt = 0): Entry => ({
    ...entryOf('a', 'scope', createdAt),
    vector: new Float32Array(384),
  });

  it('under all its wordings, and without the vector that a store gives along', () => {
    const shelf = new Shelf(3);
    put(shelf, stored(), 'What is Rust?');
    put(shelf, stored(), 'Explain Rust to me');
    expect(found(shelf, 'What is Rust?')).toEqual(entryOf('a'));
    expect(found(shelf, 'Explain Rust to me')).toBe(found(shelf, 'What is Rust?'));
  });

  it('together with the embedded store, unless that holds another answer', async () => {
    const shelf = new Shelf(3);
    const held: Entry[] = [];
    const kept = (entry: Entry) => {
      held.push(entry);
      shelf.share(entry);
    };
    const store = createMemoryStore({ maxEntries: 3, dimension: 2, feed: { removed() {}, kept } });
    put(shelf, entryOf('a', 'scope', 2), 'What is Rust?');
    put(shelf, entryOf('a', 'scope', 2), 'Explain Rust to me');
    await store.put({ ...entryOf('a', 'scope', 1), answer: Buffer.from('older') }, 0);
    expect(found(shelf, 'What is Rust?')).toEqual(entryOf('a', 'scope', 2));
    await store.put({ ...entryOf('a', 'scope', 2), vector: Float32Array.of(0, 1) }, 0);
    expect(found(shelf, 'What is Rust?')).toBe(held[1]);
    expect(found(shelf, 'Explain Rust to me')).toBe(held[1]);
    await store.close();
  });
});

describe('in bytes', () => {
  const large = (id: string, bytes: number, createdAt = 0): Entry => ({
    ...entryOf(id, 'scope', createdAt),
    answer: Buffer.alloc(bytes),
  });

  it('it holds no more than it may; the least recently used leaves, with all that leads to it', () => {
    const shelf = new Shelf(1_000, 100_000);
    for (let n = 0; n < 20; n++) {
      put(shelf, large(`${n}`, 9_000), `What is number ${n}?`);
      shelf.touch('0');
    }
    expect(shelf.size).toBe(10);
    expect(found(shelf, 'what is number 0')?.id).toBe('0');
    expect(found(shelf, 'what is number 5')).toBeUndefined();
    expect(near(shelf, 'What is numbr 5?')).toEqual([]);
    expect(found(shelf, 'what is number 19')?.id).toBe('19');
  });

  it('an answer that would take the place of most others is not taken, and ends the one before it', () => {
    const shelf = new Shelf(1_000, 100_000);
    put(shelf, large('a', 10, 1), 'What is Rust?');
    put(shelf, large('a', 20_000, 2), 'What is Rust?');
    expect(found(shelf, 'What is Rust?')).toBeUndefined();
    expect(near(shelf, 'What is Rustt?')).toEqual([]);
    expect(shelf.size).toBe(0);
  });

  it('many wordings of one entry count, too', () => {
    const shelf = new Shelf(1_000, 15_000);
    put(shelf, entryOf('first'), 'Who was first?');
    for (let n = 0; n < 30; n++) put(shelf, entryOf('popular'), `Tell me about topic ${n}`);
    expect(found(shelf, 'Who was first?')).toBeUndefined();
    expect(found(shelf, 'tell me about topic 29')?.id).toBe('popular');
  });
});

it('counts what left, by why: for want of room, by its time, on request', () => {
  const shelf = new Shelf(2);
  for (const id of ['a', 'b', 'c']) put(shelf, entryOf(id), `What is ${id}?`);
  shelf.remove(['b', 'unknown'], 'expirations');
  shelf.removeMatching(({ id }) => id === 'c');
  put(shelf, entryOf('d'), 'What is d?');
  // Kept otherwise, or put aside since nothing is known: those are no departures.
  shelf.remove(['d']);
  put(shelf, entryOf('e'), 'What is e?');
  shelf.clear();
  expect(shelf.left).toEqual({ evictions: 1, expirations: 1, invalidations: 1 });
});
