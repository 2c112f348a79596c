import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { startSidecar } from '../support/sidecar.ts';
import type { MessageParams, MessagesSdk, MessageTold } from './anthropic.ts';
import { stepsOf } from './openai-apis.suite.ts';

/** What an application that uses one of Anthropic's SDKs may rely on, with the sidecar between it and the provider. */
export function anthropicSuite(start: () => MessagesSdk): void {
  let provider: Provider;
  let sidecar: Awaited<ReturnType<typeof startSidecar>>;
  let sdk: MessagesSdk;
  beforeAll(async () => {
    sdk = start();
    provider = await startProvider();
    sidecar = await startSidecar({ FOURFOLD_ANTHROPIC_UPSTREAM: provider.url });
  });
  afterAll(async () => {
    sdk?.close();
    await sidecar?.close();
    await provider?.close();
  });

  let keys = 0;
  const client = (apiKey = `sk-ant-${++keys}`) => ({ baseUrl: sidecar.url, apiKey });
  const question = (text: string, more: MessageParams = {}): MessageParams => ({
    model: 'claude-sonnet-4-5',
    max_tokens: 2048,
    messages: [{ role: 'user', content: text }],
    ...more,
  });
  const stream = { stream: true };

  async function missThenHit(first: MessageParams, second: MessageParams = first) {
    const caller = client();
    provider.forget();
    const miss = await sdk.ask(caller, first);
    const hit = await sdk.ask(caller, second);
    expect([miss, hit].map((told) => told.error ?? told.headers?.['x-fourfold-phase'])).toEqual([
      'miss',
      expect.stringMatching(/^(fingerprint|exact)$/),
    ]);
    expect(provider.requests).toHaveLength(1);
    return { miss, hit };
  }

  const weather = [
    {
      name: 'get_weather',
      input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ];
  const questions: Record<string, MessageParams> = {
    'a plain question': question('What is the capital of France?'),
    'a conversation with a system prompt': question('', {
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
        { role: 'user', content: [{ type: 'text', text: 'What is Rust?' }] },
      ],
    }),
    thinking: question('Why is the sky blue?', { thinking: { type: 'enabled', budget_tokens: 1024 } }),
    'a tool call': question('What is the weather in Paris?', { tools: weather }),
    'parallel tool calls after thinking': question('What is the weather in Paris and Tokyo?', {
      tools: weather,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    }),
    'the result of a tool': question('', {
      tools: weather,
      messages: [
        { role: 'user', content: 'What is the weather in Paris?' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'rain' }] },
      ],
    }),
    'a structured answer': question('What is a refund?', {
      output_config: { format: { type: 'json_schema', schema: { type: 'object', properties: {} } } },
    }),
    'words with their sources': question('', {
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'The grass is green.' },
              citations: { enabled: true },
            },
            { type: 'text', text: 'What colour is the grass?' },
          ],
        },
      ],
    }),
    'a stop sequence': question('What is 2+3?', { stop_sequences: ['ANSWER'] }),
  };

  describe.each(Object.entries(questions))('%s', (_, params) => {
    it('as JSON: the hit is parsed into the same message', async () => {
      const { miss, hit } = await missThenHit(params);
      expect(hit.message).toEqual(miss.message);
    });

    it('as a stream: the hit adds up to the same message, usage included', async () => {
      const { miss, hit } = await missThenHit({ ...params, ...stream });
      expect(hit.message).toEqual(miss.message);
      expect(hit.message?.usage.output_tokens).toBeGreaterThan(1);
      expectWellFormed(hit);
      expect(steps(hit)).toEqual(steps(miss));
    });

    it('stored as JSON, read as a stream', async () => {
      const { miss, hit } = await missThenHit(params, { ...params, ...stream });
      expect(hit.message).toEqual(miss.message);
      expectWellFormed(hit);
    });

    it('stored as a stream, read as JSON', async () => {
      const { miss, hit } = await missThenHit({ ...params, ...stream }, params);
      expect(hit.message).toEqual(miss.message);
    });
  });

  describe('an error of the provider is the same exception as without the sidecar', () => {
    it.each(
      [400, 401, 403, 404, 413, 429, 500, 529].flatMap(
        (status) =>
          [
            [status, {}],
            [status, stream],
          ] as const,
      ),
    )('%i %o', async (status, more) => {
      const ask = (baseUrl: string) => {
        provider.forget();
        provider.next({ status, retryAfter: 3 });
        return sdk.ask({ baseUrl, apiKey: 'sk-ant-error' }, question(`error ${status}`, more));
      };
      const straight = await ask(provider.url);
      expect(straight.error).toMatchObject({ status, retryAfter: '3' });
      expect(await ask(sidecar.url)).toEqual(straight);
    });

    it.each([
      ['fails in the middle', { errorEvent: true }],
      ['breaks off', { cut: { afterBytes: 700 } }],
    ])('a stream that %s', async (name, behaviour) => {
      const ask = (baseUrl: string) => {
        provider.forget();
        provider.next(behaviour);
        return sdk.ask({ baseUrl, apiKey: 'sk-ant-broken' }, question(name, stream));
      };
      const straight = await ask(provider.url);
      expect(straight.error).toBeDefined();
      expect(await ask(sidecar.url)).toEqual(straight);
    });
  });

  it('a provider out of reach is a server error that tells whose', async () => {
    provider.next({ reset: 'headers' });
    const { error } = await sdk.ask(client(), question('out of reach'));
    expect(error).toMatchObject({ class: 'InternalServerError', status: 502 });
    expect(JSON.stringify(error?.body)).toContain('fourfold_upstream_unreachable');
  });

  it('what is not cached works as it is', async () => {
    expect(
      await sdk.countTokens(client(), {
        model: 'claude-sonnet-4-5',
        messages: [{ role: 'user', content: 'hello' }],
      }),
    ).toBeGreaterThan(0);
  });
}

/** Of the API's own events; Python's SDK adds some that it has made of them. */
const steps = ({ events = [] }: MessageTold) =>
  stepsOf(events.filter((event) => /^(message|content_block)_/.test(event)));

/** Begins and ends once, and each block is closed before the next one is opened. */
function expectWellFormed({ events = [], message }: MessageTold): void {
  const count = (type: string) => events.filter((each) => each === type).length;
  expect([count('message_start'), count('message_stop')]).toEqual([1, 1]);
  const blocks = events.filter((each) => /^content_block_(start|stop)$/.test(each));
  expect(blocks).toEqual(
    (message?.content ?? []).flatMap(() => ['content_block_start', 'content_block_stop']),
  );
}
