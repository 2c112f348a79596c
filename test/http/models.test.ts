import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Chat, startChat } from '../support/chat.ts';
import { writeCrossEncoder } from '../support/onnx.ts';
import { part } from '../support/require.ts';
import { fileServer } from '../unit/sidecar/embedders/models/file-server.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Models that a user brings, in a running sidecar. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

const stored = 'How do I reset my password?';
const asked = 'What are the steps to reset my password';
const only = { headers: { 'Cache-Control': 'only-if-cached' } };
const newFolder = () => mkdtempSync(join(tmpdir(), 'fourfold-test-'));
let chat: Chat | undefined;
afterEach(() => chat?.close());

/** Only phase 4 finds other words then. */
function configured(more: object): Record<string, string> {
  const path = join(newFolder(), 'fourfold.yaml');
  writeFileSync(path, JSON.stringify({ phases: { nearMiss: { enabled: false } }, ...more }));
  return { FOURFOLD_CONFIG: path };
}

describe.skipIf(!withModel)('with the real embedding model', () => {
  it('no model is loaded while phase 4 is off, until it is switched on', async () => {
    const environment = configured({ phases: { semantic: { enabled: false } } });
    chat = await startChat(environment);
    const { ask, sidecar } = chat;
    const embedder = async () =>
      ((await (await fetch(`${sidecar.adminUrl}/readyz`)).json()) as { embedder: object }).embedder;
    await ask(stored);
    expect(await ask(asked)).toMatchObject({ phase: 'miss', reason: undefined });
    const fresh = { headers: { 'Cache-Control': 'no-cache' } };
    expect(await ask(asked, fresh)).toMatchObject({ phase: 'bypass', reason: 'no-cache' });
    expect(await embedder()).toEqual({
      ready: false,
      detail: 'The embedding model all-MiniLM-L6-v2 is not loaded: nothing has needed it yet.',
      queued: 0,
    });
    writeFileSync(environment.FOURFOLD_CONFIG as string, JSON.stringify({ ttl: '1h' }));
    await vi.waitFor(async () => expect(await embedder()).toMatchObject({ ready: true }), 30_000);
  });

  it('a second model has the last word on a match, and without its verdict there is none', async () => {
    const verifier = newFolder();
    writeCrossEncoder(verifier, {}, '?');
    chat = await startChat({ FOURFOLD_VERIFIER: verifier, ...configured({}) }, { model: true });
    const { ask, sidecar } = chat;
    const { entry } = await ask(stored);
    await vi.waitFor(
      async () => expect(await ask(asked, only)).toMatchObject({ phase: 'semantic', entry }),
      30_000,
    );
    expect(await ask(`${asked}, then?`, only)).toMatchObject({ status: 504, reason: 'verifier' });
    const stats = async () =>
      (await (await fetch(`${sidecar.adminUrl}/stats`)).json()) as { verifications: Record<string, number> };
    expect((await stats()).verifications).toMatchObject({ same: 1, different: 1 });
    await chat.close();

    // A text that it cannot read leaves the match without a verdict.
    writeCrossEncoder(verifier, { 'config.json': { max_position_embeddings: 8 } }, '?');
    chat = await startChat({ FOURFOLD_VERIFIER: verifier, ...configured({}) }, { model: true });
    await chat.ask(stored);
    await vi.waitFor(
      async () => expect((await (chat as Chat).ask(asked, only)).reason).toBe('unverified'),
      30_000,
    );
    expect((await chat.ask(stored, only)).status).toBe(200);
  });

  it('the same model from a folder of the user finds the same', async () => {
    if (!('files' in model)) return;
    const folder = newFolder();
    symlinkSync(model.files.modelPath, join(folder, 'model.onnx'));
    symlinkSync(model.files.tokenizerPath, join(folder, 'tokenizer.json'));
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ hidden_size: 384, max_position_embeddings: 512 }),
    );
    writeFileSync(join(folder, 'sentence_bert_config.json'), JSON.stringify({ max_seq_length: 256 }));
    const similarities: (string | undefined)[] = [];
    for (const settings of [{}, { FOURFOLD_CUSTOM_MODEL: folder }]) {
      chat = await startChat({ ...settings, ...configured({}) }, { model: true });
      const { entry } = await chat.ask(stored);
      await vi.waitFor(
        async () => expect(await (chat as Chat).ask(asked, only)).toMatchObject({ phase: 'semantic', entry }),
        30_000,
      );
      const listening = chat.sidecar.log.find(({ msg }) => msg === 'listening');
      similarities.push((await chat.ask(`${asked} now`, only)).similarity);
      expect(String(listening?.model)).toMatch(
        similarities.length === 1 ? /^all-MiniLM-L6-v2$/ : /@[0-9a-f]{12}$/,
      );
      await chat.close();
    }
    expect(similarities[0]).toBeDefined();
    expect(similarities[1]).toBe(similarities[0]);
  });

  it('models named by repository are taken up when their hub comes, and until then only phase 4 is off', async () => {
    if (!('files' in model)) return;
    const judge = newFolder();
    writeCrossEncoder(judge, {}, '?');
    const published: Record<string, Record<string, Buffer>> = {
      'someone/minilm': {
        'onnx/model.onnx': readFileSync(model.files.modelPath),
        'tokenizer.json': readFileSync(model.files.tokenizerPath),
        'config.json': Buffer.from('{"max_position_embeddings": 512}'),
        'sentence_bert_config.json': Buffer.from('{"max_seq_length": 256}'),
      },
      'someone/judge': Object.fromEntries(
        ['onnx/model.onnx', 'tokenizer.json', 'config.json'].map((name) => [
          name,
          readFileSync(join(judge, name)),
        ]),
      ),
    };
    const commit = 'a'.repeat(40);
    const named = (id: string) => ({
      repository: `${id}@${commit}`,
      sha256: Object.entries(published[id] ?? {}).map(
        ([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}`,
      ),
    });
    let away = true;
    const hub = await fileServer(
      Object.fromEntries(
        Object.entries(published).flatMap(([id, files]) =>
          Object.entries(files).map(([name, bytes]) => [`/${id}/resolve/${commit}/${name}`, bytes]),
        ),
      ),
      (_, response) => {
        if (away) response.writeHead(503).end();
        return away;
      },
    );
    const environment = configured({
      customModel: { ...named('someone/minilm'), dimension: 384 },
      verifier: named('someone/judge'),
    });
    try {
      chat = await startChat({
        ...environment,
        FOURFOLD_MODEL_HUB: hub.base,
        FOURFOLD_CACHE_DIR: newFolder(),
      });
      const { ask, sidecar } = chat;
      const ready = async () => {
        const answer = await fetch(`${sidecar.adminUrl}/readyz`);
        return { ...((await answer.json()) as object), status: answer.status };
      };
      const off = { ready: false, detail: expect.stringContaining('status 503') };
      await vi.waitFor(
        async () => expect(await ready()).toMatchObject({ status: 200, embedder: off, verifier: off }),
        20_000,
      );
      await ask(stored);
      expect(await ask(asked, only)).toMatchObject({ status: 504, reason: 'model-unavailable' });
      expect((await ask(stored, only)).phase).toBe('fingerprint');
      await vi.waitFor(
        () =>
          expect(sidecar.log).toContainEqual(
            expect.objectContaining({
              msg: 'embedding model unavailable',
              model: expect.stringMatching(/^minilm@/),
            }),
          ),
        5_000,
      );
      away = false;
      const on = { ready: true };
      await vi.waitFor(
        async () => expect(await ready()).toMatchObject({ embedder: on, verifier: on }),
        60_000,
      );
      // What was stored without a vector is not found by meaning; another partition begins anew.
      const other = { key: 'another' };
      const { entry } = await ask(stored, other);
      expect(await ask(asked, { ...only, ...other })).toMatchObject({ phase: 'semantic', entry });
    } finally {
      await hub.close();
    }
  });
});

it.each([
  ['FOURFOLD_CUSTOM_MODEL', 'customModel.folder: expected one of onnx/model_quantized.onnx'],
  ['FOURFOLD_VERIFIER', 'verifier.folder: expected one of onnx/model_quantized.onnx'],
])('%s that names no model stops the start, and says what was expected', async (name, message) => {
  await expect(startChat({ [name]: newFolder() })).rejects.toThrow(message);
});
