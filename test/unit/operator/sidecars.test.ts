import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { wilson } from '../../../crds/wilson.ts';
import { sidecarsState } from '../../../operator/observe/sidecars.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function sidecar(stats: unknown): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(stats)));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

const urlOf = (port: string) => `http://127.0.0.1:${port}/stats`;
const counts = { entries: 7, hits: 3, misses: 1 };

it('sums what audits say over all sidecars, each phase with its interval', async () => {
  const ips = [
    await sidecar({
      ...counts,
      quality: { phases: { semantic: { same: 90, different: 1 }, exact: { same: 20, different: 0 } } },
    }),
    await sidecar({ ...counts, quality: { phases: { semantic: { same: 108, different: 1 } } } }),
  ];
  const { hitRatio, audits } = await sidecarsState({ ips }, urlOf);
  expect(hitRatio).toBe(0.75);
  expect(audits?.map(({ phase, compared, wrong }) => [phase, compared, wrong])).toEqual([
    ['all', 220, 2],
    ['exact', 20, 0],
    ['semantic', 200, 2],
  ]);
  const semantic = audits?.[2];
  expect(semantic?.share).toBe(0.01);
  expect(semantic?.high).toBeCloseTo(wilson(2, 200)?.high ?? Number.NaN, 3);
});

it('says nothing of audits where none were made, or where a pod makes them up', async () => {
  const made = { phases: { semantic: { same: -1, different: 'many' }, other: { same: 1, different: 1 } } };
  const ips = [
    await sidecar(counts),
    await sidecar({ ...counts, quality: made }),
    await sidecar({ ...counts, quality: null }),
  ];
  expect(await sidecarsState({ ips }, urlOf)).toEqual({ entries: 7, hitRatio: 0.75 });
});

it('says what all sidecars miss of Redis, and nothing where one has it or is not to be believed', async () => {
  const of = async (...stores: unknown[]) => {
    const ips = await Promise.all(stores.map((store) => sidecar({ ...counts, store })));
    return (await sidecarsState({ ips }, urlOf)).redis;
  };
  const away = { kind: 'redis', up: false, reason: 'auth', detail: 'WRONGPASS invalid\n password' };
  const blind = { kind: 'redis', up: true, search: { condition: 'absent' } };
  const well = { kind: 'redis', up: true, search: { condition: 'ready' } };
  const notReached = {
    reason: 'NotReached',
    message: 'No sidecar reaches Redis: auth, WRONGPASS invalid password',
  };
  expect(await of(away)).toEqual(notReached);
  expect(await of(away, away)).toEqual(notReached);
  expect(await of(away, well)).toBeUndefined();
  expect(await of(away, blind)).toMatchObject({ reason: 'SearchMissing' });
  expect(await of({ ...blind, search: { condition: 'partial' } })).toMatchObject({ reason: 'SearchMissing' });
  for (const other of [
    undefined,
    { kind: 'memory' },
    { ...away, reason: 'starting' },
    { ...away, reason: 7 },
    'away',
    { ...blind, search: { condition: 'toString' } },
  ])
    expect(await of(other)).toBeUndefined();
  const long = await of({ ...away, detail: 'x'.repeat(9_999) });
  expect(long?.message.length).toBeLessThan(600);
});

it('K17: names the configuration that most sidecars reject, and believes no pod that makes one up', async () => {
  const rejected = (hash: string) => ({ hash, fault: `fourfold.yaml:1 ttl: wrong in ${hash}` });
  const ips = await Promise.all(
    [
      rejected('aaaaaaaaaaaa'),
      rejected('bbbbbbbbbbbb'),
      rejected('bbbbbbbbbbbb'),
      undefined,
      { hash: 'x', fault: 'y' },
      'no',
    ].map((rejectedConfiguration) => sidecar({ ...counts, rejectedConfiguration })),
  );
  const { rejectedConfiguration } = await sidecarsState({ ips }, urlOf);
  expect(rejectedConfiguration).toEqual({
    hash: 'bbbbbbbbbbbb',
    pods: 3,
    fault: 'fourfold.yaml:1 ttl: wrong in bbbbbbbbbbbb',
  });
});
