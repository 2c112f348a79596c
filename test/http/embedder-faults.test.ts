import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureModel, modelFolders } from '../../sidecar/models/index.ts';
import { type Chat, type Reply, said, startChat } from '../support/chat.ts';
import { complaints, sleep } from '../support/redis/scene.ts';
import { part } from '../support/require.ts';
import { eventually } from '../support/wire/index.ts';

/** The embedder fails in every way that it knows: phases 1 to 3 go on, and no request is lost. */
const model = await ensureModel({
  name: 'all-MiniLM-L6-v2',
  ...modelFolders(process.env),
  offline: true,
}).then(
  (files) => files,
  (error: Error) => error.message,
);

describe('E1: a model that cannot be used', { timeout: 120_000 }, () => {
  const folders: string[] = [];
  let chat: Chat | undefined;
  afterEach(async () => {
    await chat?.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'fourfold-model-'));
    folders.push(made);
    return made;
  };
  /** Nothing can be fetched: no mirror answers, and nothing is on the PATH. */
  const nowhere = () => ({
    FOURFOLD_CACHE_DIR: folder(),
    FOURFOLD_MODEL_BASE: 'http://127.0.0.1:9',
    PATH: '',
  });

  const broken: Record<string, (files: { modelPath: string; tokenizerPath: string }) => void> = {
    missing: ({ modelPath }) => rmSync(modelPath),
    truncated: ({ modelPath }) => truncateSync(modelPath, 1_000_000),
    'of other bytes': ({ tokenizerPath }) => writeFileSync(tokenizerPath, '{}'),
  };
  it.skipIf(!part('model', typeof model !== 'string', String(model))).each(Object.entries(broken))(
    '%s: the sidecar is ready and answers by phases 1 to 3',
    async (_, damage) => {
      if (typeof model === 'string') throw new Error(model);
      const copy = folder();
      cpSync(dirname(model.modelPath), copy, { recursive: true });
      damage({ modelPath: join(copy, 'model_quantized.onnx'), tokenizerPath: join(copy, 'tokenizer.json') });
      chat = await startChat({ ...nowhere(), FOURFOLD_MODEL_DIR: copy });
      expect((await fetch(`${chat.sidecar.adminUrl}/readyz`)).status).toBe(200);
      expect((await chat.ask('How do I reset my password?')).phase).toBe('miss');
      expect((await chat.ask('how do I reset my password please')).phase).toBe('fingerprint');
      const paraphrase = await chat.ask('What are the steps to reset my password?');
      expect(paraphrase).toMatchObject({ status: 200, phase: 'miss', reason: 'model-unavailable' });
      await sleep(2_000);
      // It is tried again with growing pauses: neither the process nor the log suffers
      expect(chat.sidecar.process.exitCode).toBeNull();
      for (const [message, count] of Object.entries(complaints(chat.sidecar)))
        expect(count, message).toBeLessThan(10);
    },
  );
});

describe.skipIf(!part('model', typeof model !== 'string', String(model)))(
  'with the real model',
  { timeout: 120_000 },
  () => {
    let chat: Chat;
    beforeAll(async () => {
      chat = await startChat({}, { model: true });
    });
    afterAll(() => chat?.close());

    it('E3: more texts at once than can be embedded: the rest is shed with its word, and hits stay quick', async () => {
      await chat.ask('Is this a hit?');
      const crowd = Array.from({ length: 400 }, (_, n) =>
        chat.ask(`Tell me in other words what story ${n} of the ${n + 7} tales is about`, {
          timeoutMs: 60_000,
        }),
      );
      const hits: Reply[] = [];
      for (let n = 0; n < 20; n++) hits.push(await chat.ask('is this a hit', { timeoutMs: 60_000 }));
      const replies = await Promise.all(crowd);
      expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
      expect(hits.every(({ phase }) => phase === 'fingerprint')).toBe(true);
      const reasons: Record<string, number> = {};
      for (const { reason } of replies) reasons[reason ?? 'none'] = (reasons[reason ?? 'none'] ?? 0) + 1;
      console.log(`four hundred texts at once: ${JSON.stringify(reasons)}`);
      expect(Object.keys(reasons).some((reason) => /^embedder-(busy|deadline)$/.test(reason))).toBe(true);
      for (const reply of replies) expect(said(reply)).toContain('ANSWER[');
      // And afterwards the model answers again
      await eventually(async () => {
        await chat.ask('How do I reset my password?', { headers: { 'Cache-Control': 'no-cache' } });
        const paraphrase = await chat.ask('What are the steps to reset my password?', {
          headers: { 'Cache-Control': 'only-if-cached' },
        });
        return paraphrase.phase === 'semantic';
      }, 60_000);
    });

    const odd: Record<string, string> = {
      'an empty text': '',
      'white space': ' \n\t ',
      'a hundred thousand words': 'word '.repeat(100_000),
      'a lone surrogate': 'Is \ud83d half an emoji?',
      emoji: '🤖🧊🪐 👩‍👩‍👧‍👦?',
      'right to left': 'ما هي عاصمة فرنسا؟',
      'control characters': 'What\u0000 is \u202e this?',
    };
    it.each(Object.entries(odd))(
      'E4: %s is answered by its own words or not at all from the cache',
      async (name, text) => {
        const more = { key: `odd ${name}` };
        const other = { key: more.key };
        const first = await chat.ask(text, more);
        expect(first).toMatchObject({ status: 200, phase: expect.stringMatching(/miss|bypass/) });
        // A text that shares the beginning of a window, or its unknown words, is another text
        const second = await chat.ask(`${text} but not the same`, other);
        expect(second.phase).toMatch(/miss|bypass/);
        expect(second.status).toBe(200);
        expect((await chat.ask(text, more)).body).toContain('ANSWER[');
      },
    );
  },
);
