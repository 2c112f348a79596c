import { expect, it } from 'vitest';
import { longestCall, Removals } from '../../../../sidecar/stores/removals.ts';
import type { Selector } from '../../../../sidecar/stores/store.ts';
import { entryOf } from './entries.ts';

const entry = entryOf('a', { sources: ['doc-1', 'doc-2'], partition: 'p1' });

it('a removal by source counts for what was asked before it, in its partition', () => {
  const removals = new Removals();
  removals.add({ source: 'doc-2' }, 100);
  expect([99, 100, 101].map((asked) => removals.since(asked, entry))).toEqual([true, true, false]);
  removals.add({ sources: ['doc-0', 'doc-1'], partition: 'p2' }, 200);
  expect(removals.since(150, entry)).toBe(false);
  removals.add({ sources: ['doc-0', 'doc-1'], partition: 'p1' }, 200);
  expect(removals.since(150, entry)).toBe(true);
  expect(removals.since(150, { ...entry, sources: ['doc-3'] })).toBe(false);
});

it('the last removal of a source counts', () => {
  const removals = new Removals();
  for (const at of [100, 300]) removals.add({ source: 'doc-1' }, at);
  expect(removals.since(200, entry)).toBe(true);
});

it('with a further condition a source means that too', () => {
  const removals = new Removals();
  removals.add({ sources: ['doc-1'], tool: 'search' }, 100);
  expect(removals.since(50, entry)).toBe(false);
  expect(removals.since(50, { ...entry, tool: 'search' })).toBe(true);
  expect(removals.since(50, { ...entry, tool: 'search', sources: ['doc-2'] })).toBe(false);
});

it('what is over by an hour is forgotten', () => {
  const removals = new Removals();
  removals.add({ source: 'doc-1' }, 100);
  removals.add({ source: 'doc-9' }, 100 + longestCall);
  expect(removals.since(50, entry)).toBe(false);
});

it('of more than it can know, it trusts nothing that was asked before the last that it forgot', () => {
  const removals = new Removals();
  removals.add({ source: 'doc-1' }, 100);
  for (let batch = 1; batch <= 200; batch++)
    removals.add({ sources: Array.from({ length: 1_000 }, (_, at) => `other ${batch} ${at}`) }, 100 + batch);
  expect(removals.since(50, entry)).toBe(true);
  expect(removals.since(50, { ...entry, sources: [] })).toBe(true);
  expect(removals.since(400, entry)).toBe(false);
});

it.each<[string, Selector, boolean]>([
  ['id', { id: entry.id }, true],
  ['another id', { id: 'x' }, false],
  ['tag', { tag: 'blue' }, true],
  ['model', { model: entry.model }, true],
  ['tool', { tool: 'search' }, true],
  ['all', { all: true }, true],
  ['all of its partition', { all: true, partition: 'p1' }, true],
  ['all of another', { all: true, partition: 'p2' }, false],
  ['tag in another partition', { tag: 'blue', partition: 'p2' }, false],
  ['tag and model', { tag: 'blue', model: entry.model }, true],
  ['tag and another model', { tag: 'blue', model: 'x' }, false],
  ['a value of another kind', { model: 'blue' }, false],
])('a removal by %s', (_, selector, counts) => {
  const removals = new Removals();
  removals.add(selector, 100);
  const removed = { ...entry, tags: ['red', 'blue'], tool: 'search' };
  expect(removals.since(50, removed)).toBe(counts);
  expect(removals.since(101, removed)).toBe(false);
});

it('thousands of removals cost each of them, and each store, nothing to speak of', () => {
  const removals = new Removals();
  const start = performance.now();
  for (let at = 0; at < 30_000; at++) {
    removals.add({ tag: `tag ${at}` }, at);
    removals.add({ tag: `tag ${at}`, model: 'x' }, at);
    removals.since(at, entry);
  }
  expect(performance.now() - start).toBeLessThan(5_000);
});
