import { once } from 'node:events';
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { ask } from '../support/chat.ts';
import { startProvider } from '../support/provider/index.ts';
import { freePort, redisAtHand, startRedis } from '../support/redis/index.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';
import { configFile, eventually } from '../support/wire/index.ts';

/** What the kubelet does with a native sidecar (`restartPolicy: Always`): whatever ended it, it is started again. */
it.skipIf(!redisAtHand)(
  'E2: a fault of the native runtime (SIGSEGV) ends the process: started again, it answers as before',
  async () => {
    const redis = await startRedis();
    const provider = await startProvider();
    const port = await freePort();
    const start = () =>
      startSidecar({
        FOURFOLD_PORT: String(port),
        FOURFOLD_STORE: redis.url,
        FOURFOLD_OPENAI_UPSTREAM: provider.url,
        FOURFOLD_CONFIG: configFile({ phases: { semantic: { enabled: false } } }),
      });
    let sidecar: SidecarProcess = await start();
    try {
      // The SDK tries again where it cannot connect, as it does with a provider.
      const client = new OpenAI({
        baseURL: `http://127.0.0.1:${port}/v1`,
        apiKey: 'sk-test',
        maxRetries: 10,
      });
      const said = async (content: string) => {
        const { data, response } = await client.chat.completions
          .create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] })
          .withResponse();
        return { text: data.choices[0]?.message.content, phase: response.headers.get('x-fourfold-phase') };
      };
      const first = await said('What was asked before the fault?');
      expect(first.phase).toBe('miss');
      await eventually(async () => (await redis.client.keys('fourfold:e:*')).length === 1);

      provider.next({ chunks: 100, bytes: 5_000, tokenMs: 50 });
      const stream = await client.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'A long story' }],
        stream: true,
      });
      const pieces: string[] = [];
      const told = (async () => {
        for await (const { choices } of stream) pieces.push(choices[0]?.finish_reason ?? '');
      })();
      told.catch(() => {});
      await eventually(() => pieces.length > 3);
      sidecar.process.kill('SIGSEGV');
      await once(sidecar.process, 'exit');
      expect(sidecar.process.signalCode).toBe('SIGSEGV');
      const during = said('What is asked while it is away?');
      // What was half told is broken off, and never looks whole.
      await expect(told).rejects.toThrow();
      expect(pieces).not.toContain('stop');

      sidecar = await start();
      expect(await during).toMatchObject({
        phase: 'miss',
        text: expect.stringContaining('while it is away'),
      });
      const again = await ask(sidecar.url, 'what was asked before the fault');
      expect(again).toMatchObject({ status: 200, phase: 'fingerprint' });
      expect(again.json.choices[0]?.message.content).toBe(first.text);
    } finally {
      await sidecar.close();
      await provider.close();
      await redis.close();
    }
  },
);
