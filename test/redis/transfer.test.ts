import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Agents } from '../support/agents/calls.ts';
import { ask, said, startChat } from '../support/chat.ts';
import { inherited } from '../support/inherited.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { eventually } from '../support/wire/index.ts';

const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
const only = { headers: { 'Cache-Control': 'only-if-cached' } };

describe.skipIf(!redisAtHand)('a cache in Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  it('goes out and in without a sidecar, and the sidecars of the other one answer at once', async () => {
    const [one, two] = ['one', 'two'].map((name) => `${redis.url}/0?prefix=${name}:`) as [string, string];
    const chat = await startChat({ FOURFOLD_STORE: one });
    const questions = Array.from({ length: 25 }, (_, at) => `What is the law number ${at} of the land?`);
    for (const question of questions) await chat.ask(question);
    const [tool, id, tags] = ['t'.repeat(1_024), 'i'.repeat(1_024), ['', 'g'.repeat(256)]];
    const agents = new Agents(chat.sidecar.url);
    await agents.keep(tool, { path: '/a' }, 'A');
    await agents.memorize('Who is it?', tags, [{ id }]);
    const rows = questions.length + 2;
    // An answer is stored while its client reads it already.
    await eventually(async () => {
      const stats = await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json();
      return (stats as { entries: number }).entries === rows;
    });
    const file = join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'cache.parquet');
    const fourfold = async (...args: string[]) =>
      (
        await promisify(execFile)(process.execPath, [cli, ...args], {
          env: inherited(),
          timeout: 60_000,
        })
      ).stdout;
    expect(await fourfold('export', file, '--from', one)).toBe(`${file}: ${rows} rows\n`);

    const other = await startChat({ FOURFOLD_STORE: two }, { provider: chat.provider });
    expect(await ask(other.sidecar.url, questions[7] ?? '', only)).toMatchObject({ status: 504 });
    expect(await fourfold('import', file, '--to', two)).toContain(`${rows} stored`);
    for (const question of questions) expect((await ask(other.sidecar.url, question, only)).status).toBe(200);
    expect(await fourfold('import', file, '--to', two)).toContain(`${rows} known already`);
    const results = new Agents(other.sidecar.url);
    expect(await results.lookup(tool, { path: '/a' })).toMatchObject({ hit: true, result: 'A' });
    expect(await results.recall('Who is it?', tags)).toMatchObject({ hit: true, results: [{ id }] });
    for (const condition of [`tool=${tool}`, `source=${id}&tag=${tags[1]}`])
      expect((await results.call('DELETE', `/cache/entries?${condition}`)).body).toEqual({ removed: 1 });
    await other.close();
    await chat.close();
  });

  it('an answer that is given to one sidecar takes the place of the old one in all', async () => {
    const store = `${redis.url}/0?prefix=given:`;
    const one = await startChat({ FOURFOLD_STORE: store });
    const two = await startChat({ FOURFOLD_STORE: store }, { provider: one.provider });
    const question = 'What is the capital of Australia?';
    const { entry } = await one.ask(question);
    const answered = async () => [await one.ask(question, only), await two.ask(question, only)].map(said);
    await vi.waitFor(
      async () => {
        // Until a sidecar knows what others removed, it takes out again what it stores.
        await one.ask(question);
        expect(await two.ask(question, only)).toMatchObject({ status: 200, entry });
      },
      {
        timeout: 10_000,
        interval: 100,
      },
    );
    // Both hold it in the process now.
    await answered();
    const response = await fetch(`${two.sidecar.url}/cache/answers`, {
      method: 'PUT',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body: JSON.stringify({
        path: '/v1/chat/completions',
        request: JSON.parse(one.provider.requests.at(-1)?.body.toString() ?? ''),
        answer: 'Canberra, corrected.',
      }),
    });
    expect(await response.json()).toMatchObject({ entry });
    await vi.waitFor(
      async () => expect(await answered()).toEqual(['Canberra, corrected.', 'Canberra, corrected.']),
      { timeout: 10_000, interval: 100 },
    );
    await two.close();
    await one.close();
  }, 90_000);
});
