import { expect, it } from 'vitest';
import type { Client } from '../../../operator/kube/client.ts';
import { lookForRefused } from '../../../operator/observe/refused-pods.ts';

const look = (list: Client['list'], since?: string) =>
  lookForRefused({ list } as unknown as Client)({ namespace: 'shop', uid: 'u1', ...(since && { since }) });
const listOf = (...items: object[]) =>
  (async () => ({ metadata: { resourceVersion: '1' }, items })) as unknown as Client['list'];

it('what was said last counts, however its event tells the time', async () => {
  const first = { note: 'quota', eventTime: null, deprecatedLastTimestamp: '2026-01-01T00:00:09Z' };
  const again = { note: 'limits', series: { count: 2, lastObservedTime: '2026-01-01T00:00:10.000000Z' } };
  const early = { note: 'policy', eventTime: '2026-01-01T00:00:08.000000Z' };
  expect(await look(listOf(first, again, early))).toBe('limits');
  expect(await look(listOf(early, first))).toBe('quota');
  expect(await look(listOf(early, first), '2026-01-01T00:00:09Z')).toBe('quota');
  expect(await look(listOf(early, first), '2026-01-01T00:00:10Z')).toBeUndefined();
});

it('nothing is known where nothing was said, and where events may not be read', async () => {
  expect(await look(listOf())).toBeUndefined();
  expect(await look(() => Promise.reject(new Error('forbidden')))).toBeUndefined();
});
