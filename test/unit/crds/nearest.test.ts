import { expect, it } from 'vitest';
import { nearest } from '../../../crds/nearest.ts';

const known = ['threshold', 'ttl', 'maxEntries', 'maxEntryBytes', 'mode', 'model', 'port', 'host', 'drain'];

it.each([
  ['thresold', 'threshold'],
  ['Threshold', 'threshold'],
  ['max_entries', 'maxEntries'],
  ['maxentrybytes', 'maxEntryBytes'],
  ['ttls', 'ttl'],
  ['mod', 'mode'],
  ['models', 'model'],
  ['prot', 'port'],
  ['tlt', 'ttl'],
  ['maxEntry', 'maxEntryBytes'],
  ['temperature', undefined],
  ['x', undefined],
  ['', undefined],
  ['threshold'.repeat(100), undefined],
])('%s is probably %s', (name, meant) => {
  expect(nearest(name, known)).toBe(meant);
});
