import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Fourfold, SharedExecutionError, Unavailable } from '../../sidecar/client/client.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';
import { configFile } from '../support/wire/index.ts';

/** `fourfold/client`: what an application has of it, with a sidecar and without one. */
let sidecar: SidecarProcess;
let cache: Fourfold;
beforeAll(async () => {
  sidecar = await startSidecar({
    FOURFOLD_CONFIG: configFile({ tools: { policies: [{ tool: 'send_mail', readOnly: false }] } }),
  });
  cache = new Fourfold({
    url: sidecar.url,
    headers: { authorization: 'Bearer sk-test' },
    deadlineMs: 10_000,
  });
});
afterAll(() => sidecar?.close());

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
/** What listens where the sidecar should be. */
async function listening(behaviour: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(behaviour as never);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const lookups = async () => {
  const { kinds } = (await (await fetch(`${sidecar.adminUrl}/stats`)).json()) as {
    kinds: Record<'tools' | 'memories', { lookups: number; misses: number; stored: number }>;
  };
  return kinds;
};

describe('with a sidecar', () => {
  it('executes once, answers from the cache then, and says so; a lookup counts once', async () => {
    const before = await lookups();
    let executed = 0;
    const fn = async () => ({ executed: ++executed });
    const input = { city: 'Paris' };
    const options = { metadata: { by: 'me' } };
    const first = await cache.getOrExecute('weather', input, fn, options);
    expect(first).toEqual({ result: { executed: 1 }, source: 'executed', entry: expect.any(String) });
    expect(await cache.getOrExecute('weather', input, fn)).toEqual({
      result: { executed: 1 },
      source: 'cache',
      phase: 'exact',
      similarity: 1,
      entry: first.entry,
      age: expect.any(Number),
      accessCount: 1,
      metadata: { by: 'me' },
    });
    const after = await lookups();
    expect(after.tools.lookups - before.tools.lookups).toBe(2);
    expect(after.tools.misses - before.tools.misses).toBe(1);
  });

  it('what throws is thrown, to those who wait too, and is not kept', async () => {
    const fail = async () => {
      await sleep(1_500);
      throw new RangeError('no such city');
    };
    const first = cache.getOrExecute('failing', 1, fail);
    await sleep(200);
    const second = cache.getOrExecute('failing', 1, fail);
    await expect(first).rejects.toThrow(RangeError);
    await expect(second).rejects.toThrow(new SharedExecutionError('no such city'));
    expect(await cache.getOrExecute('failing', 1, async () => 'well')).toMatchObject({ source: 'executed' });
  });

  it('a result that says that it failed is shared and not kept', async () => {
    const fn = async () => {
      await sleep(1_500);
      return { ok: false };
    };
    const options = { isFailure: ({ ok }: { ok: boolean }) => !ok };
    const both = await Promise.all([1, 2].map(() => cache.getOrExecute('failed', 1, fn, options)));
    expect(both.map(({ result }) => result)).toEqual([{ ok: false }, { ok: false }]);
    expect(both.map(({ source }) => source).toSorted()).toEqual(['executed', 'shared']);
    const again = await cache.getOrExecute('failed', 1, async () => ({ ok: true }), options);
    expect(again).toMatchObject({ result: { ok: true }, source: 'executed' });
  });

  it('nothing is kept of a tool that changes something', async () => {
    for (const executed of [1, 2])
      expect(await cache.getOrExecute('send_mail', 1, async () => executed)).toEqual({
        result: executed,
        source: 'executed',
        reason: 'not-read-only',
      });
  });

  it('a result that JSON cannot say reaches the caller, and is not kept', async () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    for (const result of [undefined, 10n, circle]) {
      const found = await cache.getOrExecute('odd', String(typeof result), async () => result);
      expect(found).toEqual({ result, source: 'executed', reason: expect.stringMatching(/JSON/) });
    }
    const input = { big: 10n };
    expect(await cache.getOrExecute('odd', input, async () => 1)).toMatchObject({
      result: 1,
      source: 'unavailable',
    });
  });

  it('searches are remembered for the same set of tags, until what they found is written', async () => {
    let searched = 0;
    const search = async () => [{ id: 'm1', text: `tea ${++searched}` }];
    const ask = () => cache.remember('what does Ana drink', ['user:1', 'taste'], search, { k: 3 });
    expect(await ask()).toMatchObject({ results: [{ id: 'm1', text: 'tea 1' }], source: 'executed' });
    expect(await ask()).toMatchObject({ results: [{ id: 'm1', text: 'tea 1' }], source: 'cache' });
    const others = await cache.remember('what does Ana drink', ['taste'], search);
    expect(others).toMatchObject({ results: [{ text: 'tea 2' }], source: 'executed' });
    const wider = await cache.remember('what does Ana drink', ['taste', 'user:1'], search, { k: 4 });
    expect(wider).toMatchObject({ results: [{ text: 'tea 3' }], source: 'executed' });
    expect(await cache.written(['m1', 'm2'])).toBe(2);
    expect(await ask()).toMatchObject({ results: [{ text: 'tea 4' }], source: 'executed' });
    expect(await cache.written(Array.from({ length: 1_500 }, (_, n) => (n === 1_400 ? 'm1' : n)))).toBe(1);
  });

  it('what was written while it was computed is not kept', async () => {
    const search = async () => {
      await cache.written(['racing']);
      return [{ id: 'racing' }];
    };
    expect(await cache.remember('racing', [], search)).toMatchObject({
      source: 'executed',
      reason: 'removed',
    });
  });

  it('an execution that lasts longer than its lease keeps it', async () => {
    let executed = 0;
    const fn = async () => {
      executed++;
      await sleep(1_500);
      return executed;
    };
    const all = await Promise.all([1, 2, 3].map(() => cache.getOrExecute('long', 1, fn, { leaseMs: 600 })));
    expect(all.map(({ result }) => result)).toEqual([1, 1, 1]);
    expect(executed).toBe(1);
  });

  it('who gives up is replaced; who gives up waiting is gone at once', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const hang = ({ signal }: { signal: AbortSignal }) =>
      new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const options = { leaseMs: 60_000 };
    const executing = cache.getOrExecute('aborted', 1, hang, { ...options, signal: first.signal });
    await sleep(300);
    const leaving = cache.getOrExecute('aborted', 1, hang, { ...options, signal: second.signal });
    const patient = cache.getOrExecute('aborted', 1, async () => 'mine', options);
    await sleep(300);
    second.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    first.abort(new Error('no longer wanted'));
    await expect(executing).rejects.toThrow('no longer wanted');
    expect(await patient).toMatchObject({ result: 'mine', source: 'executed' });
  });

  it('a tool is forgotten on request, and feedback is taken', async () => {
    const { entry = '' } = await cache.getOrExecute('forgotten', 1, async () => 1);
    expect(await cache.feedback({ entry, verdict: 'right', prompt: 'x' })).toEqual({ blocked: false });
    expect(await cache.forget('forgotten')).toBe(1);
    expect(await cache.getOrExecute('forgotten', 1, async () => 2)).toMatchObject({ result: 2 });
  });
});

describe('without one', () => {
  const quick = { deadlineMs: 300, pauseMs: 60_000 };
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const start = performance.now();
    const done = await work();
    return [done, performance.now() - start];
  };

  it('executes, says so, and what must reach the cache fails loudly', async () => {
    const troubles: Error[] = [];
    const alone = new Fourfold({ url: 'http://127.0.0.1:1', onTrouble: (error) => troubles.push(error) });
    expect(await alone.getOrExecute('weather', 1, async () => 'sun')).toEqual({
      result: 'sun',
      source: 'unavailable',
      reason: expect.stringContaining('did not answer'),
    });
    expect(troubles).toHaveLength(1);
    expect(await alone.remember('x', [], async () => [{ id: 1 }])).toMatchObject({ results: [{ id: 1 }] });
    await expect(alone.written(['a'])).rejects.toThrow(Unavailable);
    await expect(alone.forget('weather')).rejects.toThrow(Unavailable);
  });

  it('one that hangs costs one deadline, and then nothing for a while', async () => {
    let asked = 0;
    const url = await listening(() => void asked++);
    const hanging = new Fourfold({ url, ...quick });
    const work = () => hanging.getOrExecute('weather', 1, async () => 'sun');
    const [first, took] = await timed(work);
    expect(first).toMatchObject({ result: 'sun', source: 'unavailable' });
    expect(took).toBeGreaterThan(250);
    expect(took).toBeLessThan(5_000);
    for (let call = 0; call < 20; call++) expect(await work()).toMatchObject({ source: 'unavailable' });
    expect(asked).toBe(1);
  });

  it('one that stops in the middle of its answer is as one that hangs', async () => {
    const url = await listening((_, response) => void response.write(' {"hit": '));
    const [found] = await timed(() => new Fourfold({ url, ...quick }).getOrExecute('x', 1, async () => 1));
    expect(found).toMatchObject({ result: 1, source: 'unavailable' });
  });

  it('one that makes itself heard is waited for, beyond the deadline', async () => {
    const url = await listening((request, response) => {
      if (request.method === 'PUT') return void response.end('{"entry": "e"}');
      const beat = setInterval(() => response.write(' '), 100);
      setTimeout(() => {
        clearInterval(beat);
        response.end('{"hit": true, "phase": "collapsed", "result": "shared"}');
      }, 1_000);
    });
    const found = await new Fourfold({ url, deadlineMs: 700 }).getOrExecute('x', 1, async () => 'own');
    expect(found).toEqual({ result: 'shared', source: 'shared' });
  });

  it.each([
    ['an error', 500, '{"error": {"message": "broken"}}'],
    ['no JSON', 200, '<html>'],
    ['nothing', 200, ''],
  ])('one that answers %s is gone on without', async (_, status, body) => {
    const url = await listening((_, response) => void response.writeHead(status).end(body));
    const found = await new Fourfold({ url, ...quick }).getOrExecute('x', 1, async () => 1);
    expect(found).toMatchObject({ result: 1, source: 'unavailable', reason: expect.any(String) });
  });

  it('one that goes away while it executes costs the result nothing', async () => {
    const url = await listening((request, response) => {
      if (request.method === 'POST') response.end('{"hit": false, "lease": "k.l", "asOf": 1}');
      else request.socket.destroy();
    });
    const found = await new Fourfold({ url, ...quick }).getOrExecute('x', 1, async () => 1);
    expect(found).toMatchObject({ result: 1, source: 'executed', reason: expect.any(String) });
  });
});
