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
  const [old, good, other] = [await sidecar(404), await sidecar(200), await sidecar(200)];
  // Nobody listens at the first.
  expect(await purge(['1', old, good, other], 'token', urlOf)).toBe(true);
  const call = 'DELETE /cache/entries?all=true Bearer token';
  expect(asked).toEqual([call, call]);
});

it('is not done where nobody has done it', async () => {
  expect(await purge([await sidecar(503), await sidecar(401)], 'token', urlOf)).toBe(false);
  expect(await purge([], 'token', urlOf)).toBe(false);
});
