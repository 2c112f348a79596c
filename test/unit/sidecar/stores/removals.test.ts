import { expect, it } from 'vitest';
import { longestCall, Removals } from '../../../../sidecar/stores/removals.ts';
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

it('of more sources than it can know, it trusts nothing that was asked before the first that it forgot', () => {
  const removals = new Removals();
  removals.add({ source: 'doc-1' }, 100);
  for (let batch = 1; batch <= 200; batch++)
    removals.add({ sources: Array.from({ length: 1_000 }, (_, at) => `other ${batch} ${at}`) }, 100 + batch);
  expect(removals.since(50, entry)).toBe(true);
  expect(removals.since(50, { ...entry, sources: [] })).toBe(false);
  expect(removals.since(400, entry)).toBe(false);
});
