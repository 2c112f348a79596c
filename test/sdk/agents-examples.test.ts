import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chat, startChat } from '../support/chat.ts';

/** The examples for agents, run as they stand: real SDKs, a real sidecar, a stand-in for the provider. */
describe('docs/examples/agents', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await startChat();
  });
  afterAll(() => chat?.close());

  const run = async (example: string, url: string, ...prompts: string[]): Promise<string[]> => {
    const file = fileURLToPath(new URL(`../../docs/examples/agents/${example}`, import.meta.url));
    // The package's own sources, in place of what `npm run build` makes of them.
    const options = ['--conditions=fourfold-source', file, ...prompts];
    const { stdout } = await promisify(execFile)(process.execPath, options, {
      env: { PATH: process.env.PATH, OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'sk-test' },
      timeout: 90_000,
    });
    return stdout.trim().split('\n');
  };

  it('ai-sdk.ts asks the service once for each city', async () => {
    const lines = await run(
      'ai-sdk.ts',
      chat.sidecar.url,
      'What is the weather in Paris?',
      'Tell me the weather in Paris and Tokyo.',
    );
    expect(lines.filter((line) => line.startsWith('asking')).toSorted()).toEqual([
      'asking the service for Paris',
      'asking the service for Tokyo',
    ]);
    const sources = lines.filter((line) => line.startsWith('get_weather')).toSorted();
    expect(sources).toEqual([
      'get_weather Paris: cache',
      'get_weather Paris: executed',
      'get_weather Tokyo: executed',
    ]);
    const again = await run('ai-sdk.ts', chat.sidecar.url, 'How is the weather in Paris?');
    expect(again).toContain('get_weather Paris: cache');
  });

  it('openai-tool-loop.ts searches once, until the document is written', async () => {
    const ask = () => run('openai-tool-loop.ts', chat.sidecar.url, 'Which documents tell of passwords?');
    expect(await ask()).toEqual([
      'searching for Which documents tell of passwords?',
      'search_documents: executed',
      expect.any(String),
      'written: 1 dropped',
    ]);
    expect(await ask()).toContain('search_documents: executed');
  });

  it('without a sidecar the tools are executed all the same', async () => {
    const lines = await run('ai-sdk.ts', chat.provider.url, 'What is the weather in Paris?');
    expect(lines).toContain('get_weather Paris: unavailable');
    expect(lines).toContain('asking the service for Paris');
  });
});
