import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { purge } from '../../../operator/reconcile/purge.ts';

const servers: Server[] = [];
const asked: string[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  asked.length = 0;
});

/** A sidecar that answers so. */
async function sidecar(status: number): Promise<string> {
  const server = createServer(({ method, url, headers }, response) => {
    asked.push(`${method} ${url} ${headers.authorization}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"removed":3}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

const urlOf = (port: string) => `http://127.0.0.1:${port}/cache/entries?all=true`;

it('asks one sidecar after the other until one has removed everything', async () => {
  const ports = [await sidecar(404), await sidecar(200), await sidecar(200)];
  const portOf = new Map(ports.map((port, index) => [`10.0.0.${index + 2}`, port]));
  // Nobody listens at the first.
  const at = (ip: string) => urlOf(portOf.get(ip) ?? '1');
  const found = await purge(['10.0.0.4', '10.0.0.1', '10.0.0.2', '10.0.0.3'], 'token', undefined, at);
  expect(found).toEqual({ done: true, last: '10.0.0.3' });
  const call = 'DELETE /cache/entries?all=true Bearer token';
  expect(asked).toEqual([call, call]);
});

it('is not done where nobody has done it', async () => {
  const refusing = [await sidecar(503), await sidecar(401)];
  expect(await purge(refusing, 'token', undefined, urlOf)).toMatchObject({ done: false });
  expect(await purge([], 'token', undefined, urlOf)).toEqual({ done: false, last: undefined });
});

it('asks others the next time: twenty that refuse do not hide the one that would do it', async () => {
  const [refusing, good] = [await sidecar(503), await sidecar(200)];
  const ips = Array.from({ length: 20 }, (_, at) => `10.0.0.${10 + at}`);
  const at = (ip: string) => urlOf(ip === '10.0.0.22' ? good : refusing);
  const tries = [await purge(ips, 'token', undefined, at)];
  while (tries.at(-1)?.done === false && tries.length < 10)
    // Pods leave meanwhile.
    tries.push(await purge(ips.slice(tries.length), 'token', tries.at(-1)?.last, at));
  expect(tries.map(({ done }) => done)).toEqual([false, false, true]);
  const around = await purge(ips, 'token', '10.0.0.27', urlOf.bind(undefined, refusing));
  expect(around).toEqual({ done: false, last: '10.0.0.12' });
});
