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
