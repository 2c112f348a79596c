import { expect, it } from 'vitest';
import { Shelf } from '../../../../sidecar/lookup/shelf.ts';
import { shelve } from '../../../../sidecar/lookup/shelve.ts';
import { entryOf } from '../stores/entries.ts';

it('entries of other sidecars go on the shelf where they are answers, and what agents keep does not', () => {
  const shelf = new Shelf(10);
  const entry = entryOf('a', { text: 'How do I reset my password?' });
  for (const dialect of ['tool', 'memory']) shelve(shelf, { ...entry, id: dialect, dialect });
  expect(shelf.size).toBe(0);
  shelve(shelf, entry);
  expect(shelf.size).toBe(1);
});
