import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, startChat } from '../support/chat.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';

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
    const file = join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'cache.parquet');
    const fourfold = async (...args: string[]) =>
      (
        await promisify(execFile)(process.execPath, [cli, ...args], {
          env: { PATH: process.env.PATH, HOME: process.env.HOME },
          timeout: 60_000,
        })
      ).stdout;
    expect(await fourfold('export', file, '--from', one)).toBe(`${file}: 25 rows\n`);

    const other = await startChat({ FOURFOLD_STORE: two }, { provider: chat.provider });
    expect(await ask(other.sidecar.url, questions[7] ?? '', only)).toMatchObject({ status: 504 });
    expect(await fourfold('import', file, '--to', two)).toContain('25 stored');
    for (const question of questions) expect((await ask(other.sidecar.url, question, only)).status).toBe(200);
    expect(await fourfold('import', file, '--to', two)).toContain('25 known already');
    await other.close();
    await chat.close();
  });
});
