import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Line, Message } from '../../../../sidecar/mcp/message.ts';
import { Relay } from '../../../../sidecar/mcp/relay.ts';
import type { Looked, ResultCache } from '../../../../sidecar/mcp/result-cache.ts';

/** One end of a line, as the test holds it. */
class End implements Line {
  readonly sent: Message[] = [];
  readonly agreedOn: string[] = [];
  #hears: Parameters<Line['start']>[0] | undefined;
  failing: Error | undefined;

  async start(hears: Parameters<Line['start']>[0]): Promise<void> {
    this.#hears = hears;
  }
  async send(message: Message): Promise<void> {
    if (this.failing !== undefined) throw this.failing;
    this.sent.push(message);
  }
  agreed(version: string): void {
    this.agreedOn.push(version);
  }
  async close(): Promise<void> {
    this.#hears?.closed();
  }
  says(message: Omit<Message, 'jsonrpc'>): void {
    this.#hears?.message({ jsonrpc: '2.0', ...message });
  }
}

/** A cache that answers when the test says so. */
class Held implements ResultCache {
  readonly kept: unknown[] = [];
  readonly dropped: string[] = [];
  readonly asked: ((found: Looked) => void)[] = [];
  find(): Promise<Looked> {
    return new Promise((resolve) => this.asked.push(resolve));
  }
  async keep(...kept: unknown[]): Promise<void> {
    this.kept.push(kept);
  }
  async drop(tool: string): Promise<void> {
    this.dropped.push(tool);
  }
  async close(): Promise<void> {}
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
const call = (id: number, name: string, more: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: {}, ...more },
});
const result = (text: string) => ({ content: [{ type: 'text', text }] });

let client: End;
let server: End;
let cache: Held;
let ended: Promise<number>;
const calls = () => server.sent.filter(({ method }) => method === 'tools/call').map(({ id }) => id);
const told = () => client.sent.map(({ id, result, error }) => ({ id, ...(result ?? error) }));

beforeEach(async () => {
  [client, server, cache] = [new End(), new End(), new Held()];
  const relay = new Relay({
    client,
    server,
    cache,
    readOnly: new Set(['read']),
    origin: 'test',
    complain: () => {},
  });
  ended = relay.run();
  await settled();
  client.says({ id: 0, method: 'initialize', params: { capabilities: {} } });
  await settled();
  server.says({ id: 0, result: { protocolVersion: '2025-06-18', serverInfo: { name: 's', version: '1' } } });
  client.says({ method: 'notifications/initialized' });
  // What the server has beside what was declared.
  client.says({ id: 1, method: 'tools/list' });
  await settled();
  server.says({ id: 1, result: { tools: [{ name: 'write' }] } });
  await settled();
  client.sent.length = 0;
});

describe('a relay', () => {
  it('says on what the two have agreed', () => {
    expect(server.agreedOn).toEqual(['2025-06-18']);
  });

  it('answers what is kept, and sends what is not', async () => {
    client.says(call(2, 'read'));
    client.says(call(3, 'read', { arguments: { other: true } }));
    await settled();
    cache.asked[0]?.({ result: result('kept') });
    cache.asked[1]?.({ asOf: 7 });
    await settled();
    expect(told()).toEqual([{ id: 2, ...result('kept') }]);
    expect(calls()).toEqual([3]);
    server.says({ id: 3, result: result('computed') });
    await settled();
    expect(cache.kept).toEqual([['mcp:s:read', expect.anything(), result('computed'), 7]]);
  });

  it('keeps the order of what the client says, however long a lookup takes', async () => {
    client.says(call(2, 'read'));
    client.says({ method: 'notifications/roots/list_changed' });
    client.says({ id: 3, method: 'ping' });
    await settled();
    const before = server.sent.length;
    cache.asked[0]?.({});
    await settled();
    expect(server.sent.slice(before).map(({ method }) => method)).toEqual([
      'tools/call',
      'notifications/roots/list_changed',
      'ping',
    ]);
  });

  it('a result that was found before a write that goes out first does not answer', async () => {
    client.says(call(2, 'read', { arguments: { slow: true } }));
    client.says(call(3, 'write'));
    client.says(call(4, 'read'));
    await settled();
    // Found while the write still waits for its turn.
    cache.asked[1]?.({ result: result('of before') });
    await settled();
    cache.asked[0]?.({});
    await settled();
    expect(calls()).toEqual([2, 3, 4]);
    expect(told()).toEqual([]);
    expect(cache.dropped).toContain('mcp:s:read');
  });

  it('a call that is cancelled while it is looked up is neither answered nor sent', async () => {
    client.says(call(2, 'read'));
    client.says({ method: 'notifications/cancelled', params: { requestId: 2 } });
    await settled();
    cache.asked[0]?.({ result: result('kept') });
    await settled();
    expect(told()).toEqual([]);
    expect(server.sent.some(({ id, method }) => id === 2 || method === 'notifications/cancelled')).toBe(
      false,
    );
  });

  describe('a call that may change something and is cancelled', () => {
    afterEach(() => void vi.useRealTimers());
    const read = async (id: number) => {
      client.says(call(id, 'read'));
      await vi.advanceTimersByTimeAsync(5);
      cache.asked.at(-1)?.({ result: result('of before') });
      await vi.advanceTimersByTimeAsync(5);
      return calls().includes(id) ? 'from the server' : 'from the cache';
    };
    beforeEach(async () => {
      vi.useFakeTimers();
      client.says(call(2, 'write'));
      await vi.advanceTimersByTimeAsync(5);
      client.says({ method: 'notifications/cancelled', params: { requestId: 2 } });
      cache.dropped.length = 0;
    });

    it('goes on changing: nothing is answered or kept until the server has answered it', async () => {
      expect(await read(3)).toBe('from the server');
      server.says({ id: 3, result: result('of before') });
      await vi.advanceTimersByTimeAsync(5);
      expect(cache.kept).toEqual([]);
      server.says({ id: 2, result: result('written all the same') });
      await vi.advanceTimersByTimeAsync(5);
      expect(cache.dropped).toContain('mcp:s:read');
      expect(await read(4)).toBe('from the cache');
    });

    it('is over after a while where it is not answered, and what others have read meanwhile goes', async () => {
      await vi.advanceTimersByTimeAsync(29_000);
      expect(await read(3)).toBe('from the server');
      expect(cache.dropped).toEqual([]);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(cache.dropped).toContain('mcp:s:read');
      expect(await read(4)).toBe('from the cache');
    });
  });

  it('a call that does not get there is answered with the failure; one that should change something is over', async () => {
    server.failing = new Error('connection refused');
    client.says(call(2, 'write'));
    await settled();
    expect(told()).toEqual([{ id: 2, code: -32_000, message: 'connection refused' }]);
    server.failing = undefined;
    client.says(call(3, 'read'));
    await settled();
    cache.asked[0]?.({ result: result('kept') });
    await settled();
    expect(told()).toContainEqual({ id: 3, ...result('kept') });
  });

  it('a task is sent, and not kept; one that changes something ends what is kept', async () => {
    client.says(call(2, 'read', { task: { ttl: 1 } }));
    await settled();
    expect(calls()).toEqual([2]);
    client.says(call(3, 'write', { task: { ttl: 1 } }));
    await settled();
    server.says({ id: 3, result: { task: { taskId: 't', status: 'working' } } });
    client.says(call(4, 'read'));
    await settled();
    expect(calls()).toEqual([2, 3, 4]);
    expect(cache.asked).toEqual([]);
  });

  it('what names a call is not in its input; what else the client says of it is', async () => {
    const inputs: string[] = [];
    cache.find = async (...[, input]: unknown[]) => {
      inputs.push(JSON.stringify(input));
      return {};
    };
    for (const [at, _meta] of [{ progressToken: 1 }, { progressToken: 2 }, { user: 'ana' }].entries())
      client.says(call(2 + at, 'read', { _meta }));
    await settled();
    expect(inputs[0]).toBe(inputs[1]);
    expect(inputs[2]).not.toBe(inputs[0]);
  });

  it('ends with 1 when the server does, and with 0 when the client does', async () => {
    await server.close();
    expect(await ended).toBe(1);
  });
});
