import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Chat, startChat } from '../support/chat.ts';
import { freePort } from '../support/redis/server.ts';
import { configFile, eventually } from '../support/wire/index.ts';

/** Statistics, metrics and log tell the same story, and none of them tells what was said or by whom. */
const streaming = { body: { stream: true } };
const get = async (chat: Chat, path: string) => (await fetch(chat.sidecar.adminUrl + path)).text();
const statsOf = async (chat: Chat) => JSON.parse(await get(chat, '/stats'));
const linesOf = (chat: Chat) => chat.sidecar.log.filter(({ msg }) => msg === 'request');
const loggedAll = (chat: Chat, count: number) => eventually(() => linesOf(chat).length >= count);

/** The samples of the text format, by name and labels as they stand. */
async function metricsOf(chat: Chat): Promise<Record<string, number>> {
  const lines = (await get(chat, '/metrics'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

describe('after a known sequence of requests', () => {
  let chat: Chat;
  let stats: Awaited<ReturnType<typeof statsOf>>;
  let metrics: Record<string, number>;
  const requests = 14;
  beforeAll(async () => {
    chat = await startChat({ FOURFOLD_CONFIG: configFile({ phases: { semantic: { enabled: false } } }) });
    const exact = { body: { response_format: { type: 'json_object' } } };
    await chat.ask('What is the capital of Italy?'); // miss, stored
    await chat.ask('what is the capital of italy'); // fingerprint
    await chat.ask('what is the capital of italy', streaming); // fingerprint
    await chat.ask('what is the captial of italy'); // near-miss
    await chat.ask('A form', exact); // miss, stored
    await chat.ask('A form', exact); // exact
    await chat.ask('What is the capital of Italy?', { headers: { 'Cache-Control': 'no-cache' } }); // bypass, stored
    chat.provider.next({ finishReason: 'length' });
    await chat.ask('An endless tale'); // miss, unstored
    await chat.ask('A secret', { headers: { 'Cache-Control': 'no-store' } }); // miss, unstored
    await chat.ask('', { raw: '{' }); // bypass: not-json
    chat.provider.next({ latencyMs: 1_000 });
    await Promise.all([chat.ask('Twice at once'), chat.ask('Twice at once')]); // miss, stored, and collapsed
    await fetch(`${chat.sidecar.url}/v1/models`, { headers: { Authorization: 'Bearer sk-test' } }); // passed through
    await chat.ask('What is Rust?', { headers: { 'x-fourfold-ttl': 'soon' } }); // 400
    await loggedAll(chat, requests);
    stats = await statsOf(chat);
    metrics = await metricsOf(chat);
  });
  afterAll(() => chat?.close());

  it('/stats has counted each', () => {
    expect(stats).toMatchObject({
      requests: 12,
      hits: 4,
      misses: 5,
      bypasses: 2,
      collapsed: 1,
      errors: 0,
      hitRatio: 4 / 9,
      stored: 4,
      entries: 3,
      evictions: 0,
      passedThrough: 1,
      upstreamCalls: { 'openai-chat': 7 },
      reasons: { bypassed: { 'no-cache': 1, 'not-json': 1 }, unstored: { length: 1, 'no-store': 1 } },
      configurationsRejected: 0,
    });
    const of = (phase: string) => {
      const { lookups, hits, misses } = stats.phases[phase];
      return { lookups, hits, misses };
    };
    expect(of('fingerprint')).toEqual({ lookups: 10, hits: 2, misses: 8 });
    expect(of('near-miss')).toEqual({ lookups: 8, hits: 1, misses: 7 });
    expect(of('exact')).toEqual({ lookups: 7, hits: 1, misses: 6 });
    expect(of('semantic')).toEqual({ lookups: 0, hits: 0, misses: 0 });
    for (const phase of Object.values(stats.phases))
      expect(phase).toMatchObject({ evictions: 0, expirations: 0, invalidations: 0 });
  });

  it('tokens saved are what the provider counted for the answers that were replayed', async () => {
    const again = await chat.ask('A form', { body: { response_format: { type: 'json_object' } } });
    const tokens = (again.json.usage as { total_tokens: number }).total_tokens;
    expect(tokens).toBeGreaterThan(0);
    expect(stats.phases.exact.tokensSaved).toBe(tokens);
    const sum = Object.values(stats.phases as Record<string, { tokensSaved: number }>).reduce(
      (all, each) => all + each.tokensSaved,
      0,
    );
    expect(stats.tokensSaved).toBe(sum);
    expect(stats.tokensSaved).toBeGreaterThan(3 * 10);
  });

  it('/metrics says the same', () => {
    for (const phase of ['fingerprint', 'near-miss', 'exact', 'semantic']) {
      const { lookups, hits, misses, errors, tokensSaved } = stats.phases[phase];
      const of = (name: string) => metrics[`fourfold_${name}_total{phase="${phase}"}`];
      expect([of('lookups'), of('hits'), of('misses'), of('lookup_errors'), of('tokens_saved')]).toEqual([
        lookups,
        hits,
        misses,
        errors,
        tokensSaved,
      ]);
    }
    const outcome = (name: string) => metrics[`fourfold_requests_total{outcome="${name}"}`];
    expect([outcome('hit'), outcome('miss'), outcome('bypass'), outcome('collapsed')]).toEqual([4, 5, 2, 1]);
    expect(metrics).toMatchObject({
      'fourfold_bypasses_total{reason="no-cache"}': 1,
      'fourfold_bypasses_total{reason="not-json"}': 1,
      'fourfold_unstored_total{reason="length"}': 1,
      'fourfold_unstored_total{reason="no-store"}': 1,
      'fourfold_upstream_calls_total{dialect="openai-chat"}': 7,
      fourfold_collapsed_total: 1,
      fourfold_passed_through_total: 1,
      fourfold_stored_total: 4,
      fourfold_entries: 3,
      fourfold_configuration_rejected_total: 0,
      'fourfold_request_duration_seconds_count{phase="fingerprint"}': 2,
      'fourfold_lookup_duration_seconds_count{phase="fingerprint"}': 10,
    });
  });

  it('the provider agrees', () => {
    expect(chat.provider.requests.filter(({ path }) => path === '/v1/chat/completions')).toHaveLength(7);
  });

  it('the log has one line for each request, in order, with what its headers said', () => {
    const lines = linesOf(chat);
    expect(lines).toHaveLength(requests);
    const told = lines.map(({ phase, reason }) => (reason === undefined ? phase : `${phase} ${reason}`));
    expect(told.slice(0, 10)).toEqual([
      'miss',
      'fingerprint',
      'fingerprint',
      'near-miss',
      'miss structured',
      'exact',
      'bypass no-cache',
      'miss length',
      'miss no-store',
      'bypass not-json',
    ]);
    expect(told.slice(10, 12).sort()).toEqual(['collapsed', 'miss']);
    expect(lines[1]).toMatchObject({
      level: 30,
      method: 'POST',
      path: '/v1/chat/completions',
      status: 200,
      complete: true,
      dialect: 'openai-chat',
      model: 'gpt-4o-mini',
      similarity: 1,
      entry: expect.stringMatching(/^[\w-]{22}$/),
      tokensSaved: expect.any(Number),
      milliseconds: expect.any(Number),
    });
    expect(lines[12]).toMatchObject({
      method: 'GET',
      path: '/v1/models',
      phase: 'passed-through',
      status: 200,
    });
    expect(lines[13]).toMatchObject({ method: 'POST', status: 400 });
  });

  it('a client that leaves has a line too, which says that its answer was not complete', async () => {
    const before = linesOf(chat).length;
    chat.provider.next({ stall: 'headers' });
    await ask(chat.sidecar.url, 'Nobody waits', { timeoutMs: 100 });
    // A line of the request before it may come late, and is not meant.
    const left = () =>
      linesOf(chat)
        .slice(before)
        .find(({ complete }) => complete === false);
    await eventually(() => left() !== undefined);
    expect(left()).toMatchObject({ phase: 'miss' });
  });
});

it('no text, no answer, no credential and no tenant is in the log, the metrics or the statistics', async () => {
  const chat = await startChat({ FOURFOLD_LOG_LEVEL: 'trace' });
  try {
    const key = 'canary-credential';
    const headers = {
      'x-fourfold-tenant': 'canary-tenant',
      'x-fourfold-tags': 'canary-tag',
      'OpenAI-Organization': 'canary-organization',
      Cookie: 'c=canary-cookie',
    };
    const more = { key, headers, path: '/v1/chat/completions?q=canary-query' };
    const words = 'canary-question: what is it?';
    chat.provider.always({ content: 'canary-answer' });
    await chat.ask(words, more);
    await chat.ask(words, more);
    await chat.ask('canary-questoin: what is it?', more);
    await chat.ask(words, { ...more, ...streaming });
    await chat.ask(words, {
      ...more,
      body: { tools: [{ type: 'function', function: { name: 'canary-tool' } }], user: 'canary-user' },
    });
    await chat.ask(words, { ...more, headers: { ...headers, 'x-fourfold-ttl': 'canary-value' } });
    await chat.ask('', { ...more, raw: '{"canary-half' });
    for (const behaviour of [
      { status: 500 },
      { reset: 'headers' as const },
      { malformed: true },
      {
        reply: {
          status: 200,
          headers: [['Content-Type', 'application/json'] as [string, string]],
          body: '{"canary-answer',
        },
      },
      {
        reply: {
          status: 200,
          headers: [
            ['Content-Type', 'application/json'] as [string, string],
            ['Content-Encoding', 'gzip'] as [string, string],
          ],
          body: 'canary-answer',
        },
      },
    ]) {
      chat.provider.next(behaviour);
      await chat.ask(`${words} ${JSON.stringify(behaviour)}`, { ...more, ...streaming });
    }
    await fetch(`${chat.sidecar.url}/cache/entries?tag=canary-tag`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer sk-${key}` },
    });
    await fetch(`${chat.sidecar.url}/v1/files?canary-query`, {
      headers: { Authorization: `Bearer sk-${key}` },
    });
    await loggedAll(chat, 13);
    const told = [chat.sidecar.log.map((line) => JSON.stringify(line)).join('\n')];
    for (const path of ['/metrics', '/stats', '/readyz', '/livez']) told.push(await get(chat, path));
    expect(told.join('\n')).not.toMatch(/.{0,80}canary.{0,80}/);
    // Given that the log is what it should be
    expect(linesOf(chat)).toHaveLength(13);
  } finally {
    await chat.close();
  }
});

describe('probes', () => {
  it('livez and readyz are ok, and nothing else is on that port', async () => {
    const chat = await startChat();
    try {
      const live = await fetch(`${chat.sidecar.adminUrl}/livez`);
      expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
      const ready = await fetch(`${chat.sidecar.adminUrl}/readyz`);
      expect(ready.status).toBe(200);
      expect(await ready.json()).toMatchObject({
        status: 'ok',
        draining: false,
        store: 'memory',
        embedder: { ready: expect.any(Boolean), detail: expect.any(String) },
      });
      expect((await fetch(`${chat.sidecar.adminUrl}/metrics`)).headers.get('content-type')).toMatch(
        /^text\/plain; version=0\.0\.4/,
      );
      expect((await fetch(`${chat.sidecar.adminUrl}/other`)).status).toBe(404);
    } finally {
      await chat.close();
    }
  });

  it('without a model readyz is ok all the same, says why phase 4 is off, and the other phases answer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fourfold-no-model-'));
    const chat = await startChat({
      FOURFOLD_MODEL_DIR: folder,
      // Nobody can make a folder there, not even root
      FOURFOLD_CACHE_DIR: '/dev/null/cache',
      FOURFOLD_MODEL_BASE: 'http://127.0.0.1:9',
      PATH: folder,
    });
    try {
      const readiness = async () => JSON.parse(await get(chat, '/readyz'));
      for (
        const end = Date.now() + 10_000;
        Date.now() < end && !/dev\/null/.test((await readiness()).embedder.detail);
      )
        await new Promise((resolve) => setTimeout(resolve, 50));
      const { status, embedder } = await readiness();
      expect({ status, ready: embedder.ready }).toEqual({ status: 'ok', ready: false });
      expect(embedder.detail).toMatch(/all-MiniLM-L6-v2.*\/dev\/null\/cache/);
      const metrics = await metricsOf(chat);
      expect(metrics.fourfold_embedder_ready).toBe(0);
      const first = await chat.ask('How do I reset my password?');
      expect(first).toMatchObject({ status: 200, phase: 'miss', reason: 'model-unavailable' });
      expect((await chat.ask('How do I reset my password?')).phase).toBe('fingerprint');
      expect((await chat.ask('How do I reset my pasword?')).phase).toBe('near-miss');
      const stats = await statsOf(chat);
      expect(stats.phases.semantic).toMatchObject({ hits: 0, bypasses: 1 });
      expect(stats.embedder.outcomes).toEqual({ 'model-unavailable': expect.any(Number) });
    } finally {
      await chat.close();
      rmSync(folder, { recursive: true });
    }
  });
});

it.skipIf(!existsSync('/dev/full'))(
  'a log on a disk that is full holds nobody up, the end neither',
  async () => {
    const [port, adminPort] = [String(await freePort()), String(await freePort())];
    const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
    const child = spawn(process.execPath, [cli, 'serve'], {
      env: { PATH: process.env.PATH, FOURFOLD_PORT: port, FOURFOLD_ADMIN_PORT: adminPort },
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (piece) => {
      said += piece;
    });
    const alive = () =>
      fetch(`http://127.0.0.1:${adminPort}/livez`, { signal: AbortSignal.timeout(500) }).then(
        ({ ok }) => ok,
        () => false,
      );
    try {
      await eventually(alive, 20_000);
      // Whatever it had to say since the start is handed over, and refused.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(await alive()).toBe(true);
      child.kill('SIGTERM');
      const [code] = await Promise.race([once(child, 'exit'), once(AbortSignal.timeout(10_000), 'abort')]);
      expect(code).toBe(0);
      expect(said).toMatch(/^fourfold: the log cannot be written: ENOSPC[^\n]*\n$/);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
