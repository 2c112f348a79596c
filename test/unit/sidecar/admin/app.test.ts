import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { adminApp } from '../../../../sidecar/admin/app.ts';
import { ResultTally } from '../../../../sidecar/agents/tally.ts';
import { createMemoryStore } from '../../../../sidecar/stores/memory.ts';
import { Metrics } from '../../../../sidecar/telemetry/metrics.ts';
import { Statistics } from '../../../../sidecar/telemetry/statistics.ts';

/** The port for the cluster without a process around it; test/http/cache-api.test.ts tries it from outside. */
let app: FastifyInstance;
afterEach(() => app?.close());

function admin(options: { ready?: boolean; token?: () => Promise<string> } = {}): FastifyInstance {
  const store = createMemoryStore({ maxEntries: 10, dimension: 4, feed: { removed: () => {} } });
  const readings = {
    ...store.stats(),
    results: new ResultTally().counts,
    storeBytes: 0,
    shelved: 0,
    embedderReady: false,
    embeddingQueue: 0,
  };
  app = adminApp({
    metrics: new Metrics(new Statistics(0), () => readings),
    stats: () => ({ some: 'numbers' }),
    readiness: () => ({ ready: options.ready ?? true, detail: { embedder: 'off' } }),
    cache: {
      store,
      clock: () => 0,
      feedback: { take: async () => false },
      remove: (selector, options) => store.remove(selector, options),
    },
    token: options.token,
  });
  return app;
}
const removeAll = (authorization?: string) =>
  app.inject({
    method: 'DELETE',
    url: '/cache/entries?all=true',
    headers: authorization === undefined ? {} : { authorization },
  });

it('is alive whether or not it is ready, and ready says why not', async () => {
  admin({ ready: false });
  expect((await app.inject('/livez')).statusCode).toBe(200);
  const ready = await app.inject('/readyz');
  expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'not ready', embedder: 'off' }]);
  expect((await app.inject('/stats')).json()).toEqual({ some: 'numbers' });
});

describe('the token', () => {
  it('is read at each request, so that a rotated one takes effect', async () => {
    let token = 'one';
    admin({ token: async () => token });
    expect((await removeAll('Bearer one')).statusCode).toBe(200);
    token = 'two';
    expect((await removeAll('Bearer one')).statusCode).toBe(401);
    expect((await removeAll('Bearer two')).statusCode).toBe(200);
  });

  it('has its scheme in any case; who is refused hears which one', async () => {
    admin({ token: async () => 'one' });
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect((await removeAll(`${scheme} one`)).statusCode).toBe(200);
    const refused = await removeAll('Basic one');
    expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
  });

  it('that is empty lets nobody in', async () => {
    admin({ token: async () => '' });
    for (const authorization of [undefined, '', 'Bearer ', 'Bearer  '])
      expect((await removeAll(authorization)).statusCode).toBe(401);
  });

  it('that cannot be read lets nobody in', async () => {
    admin({ token: async () => Promise.reject(new Error('ENOENT /run/secrets/token')) });
    expect((await removeAll('Bearer one')).statusCode).toBe(500);
  });

  it('that was never configured means that there is nothing', async () => {
    admin();
    expect((await removeAll('Bearer one')).statusCode).toBe(404);
  });
});

it('a tool has as long a name in a path as its results have', async () => {
  admin({ token: async () => 'one' });
  const url = `/cache/tools/${encodeURIComponent('工'.repeat(1_024))}`;
  const answer = await app.inject({ method: 'DELETE', url, headers: { authorization: 'Bearer one' } });
  expect([answer.statusCode, answer.json()]).toEqual([200, { removed: 0 }]);
});
