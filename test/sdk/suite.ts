import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { startSidecar } from '../support/sidecar.ts';
import type { Params, Sdk, Told } from './sdk.ts';

/** What an application that uses an official SDK may rely on, with the sidecar between it and the provider. */
export function sdkSuite(start: () => Sdk): void {
  let provider: Provider;
  let sidecar: Awaited<ReturnType<typeof startSidecar>>;
  let sdk: Sdk;
  beforeAll(async () => {
    sdk = start();
    provider = await startProvider();
    sidecar = await startSidecar({
      FOURFOLD_OPENAI_UPSTREAM: `${provider.url}/v1`,
      FOURFOLD_CACHE_TOOL_CALLS: 'true',
    });
  });
  afterAll(async () => {
    sdk?.close();
    await sidecar?.close();
    await provider?.close();
  });

  let keys = 0;
  const client = (apiKey = `sk-${++keys}`) => ({ baseUrl: `${sidecar.url}/v1`, apiKey });
  const question = (text: string, more: Params = {}): Params => ({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: text }],
    ...more,
  });
  const stream = { stream: true };
  const withUsage = { stream: true, stream_options: { include_usage: true } };

  /** Asks the first, then the second, as the same caller; the second must be answered by the cache. */
  async function missThenHit(first: Params, second: Params = first): Promise<{ miss: Told; hit: Told }> {
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
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ];
  const questions: Record<string, Params> = {
    'a plain question': question('What is the capital of France?'),
    'a conversation': question('', {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: 'What is Rust?' },
      ],
    }),
    'several choices': question('Why is the sky blue?', { n: 2 }),
    'log probabilities': question('What is 2+3?', { logprobs: true }),
    'a tool call': question('What is the weather in Paris?', { tools: weather }),
    'parallel tool calls': question('What is the weather in Paris and Tokyo?', { tools: weather }),
    'a structured answer': question('What is a refund?', { response_format: { type: 'json_object' } }),
  };

  describe.each(Object.entries(questions))('%s', (_, params) => {
    it('as JSON: the hit is parsed into the same completion', async () => {
      const { miss, hit } = await missThenHit(params);
      expect(hit.completion).toEqual(miss.completion);
    });

    it('as a stream: the hit adds up to the same completion, usage included', async () => {
      const { miss, hit } = await missThenHit({ ...params, ...withUsage });
      expect(hit.completion).toEqual(miss.completion);
      expect(hit.completion?.usage?.total_tokens).toBeGreaterThan(0);
      expectWellFormed(hit);
    });

    it('stored as JSON, read as a stream', async () => {
      const { miss, hit } = await missThenHit(params, { ...params, ...withUsage });
      expect(comparable(hit)).toEqual(comparable(miss));
      expect(hit.completion?.usage).toEqual(miss.completion?.usage);
      expectWellFormed(hit);
    });

    it('stored as a stream, read as JSON', async () => {
      const { miss, hit } = await missThenHit({ ...params, ...withUsage }, params);
      expect(comparable(hit)).toEqual(comparable(miss));
      expect(hit.completion?.usage).toEqual(miss.completion?.usage);
    });
  });

  it('usage ends a stream only when it is asked for, whatever was stored', async () => {
    const { hit } = await missThenHit(question('usage', withUsage), question('usage', stream));
    expect(hit.chunks?.filter((chunk) => chunk.usage != null || chunk.choices.length === 0)).toEqual([]);
    const asked = await missThenHit(question('usage again', withUsage));
    expect(asked.hit.chunks?.at(-1)).toMatchObject({
      choices: [],
      usage: { total_tokens: expect.any(Number) },
    });
    expect(asked.hit.chunks?.slice(0, -1).every((chunk) => chunk.usage == null)).toBe(true);
  });

  describe('an error of the provider is the same exception as without the sidecar', () => {
    it.each(
      [400, 401, 403, 404, 409, 422, 429, 500, 503].flatMap(
        (status) =>
          [
            [status, {}],
            [status, stream],
          ] as const,
      ),
    )('%i %o', async (status, more) => {
      const params = question(`error ${status}`, more);
      const ask = (baseUrl: string) => {
        provider.next({ status, retryAfter: 3 });
        return sdk.ask({ baseUrl, apiKey: 'sk-error' }, params);
      };
      const straight = await ask(`${provider.url}/v1`);
      expect(straight.error).toMatchObject({ status, retryAfter: '3' });
      expect(await ask(`${sidecar.url}/v1`)).toEqual(straight);
    });

    it('a stream that breaks off raises as it does without', async () => {
      const params = question('broken', stream);
      const ask = (baseUrl: string) => {
        provider.next({ reset: { afterBytes: 700 } });
        return sdk.ask({ baseUrl, apiKey: 'sk-broken' }, params);
      };
      const straight = await ask(`${provider.url}/v1`);
      expect(straight.error).toBeDefined();
      expect(await ask(`${sidecar.url}/v1`)).toEqual(straight);
    });
  });

  it('a provider out of reach is a server error that tells whose', async () => {
    provider.next({ reset: 'headers' });
    const { error } = await sdk.ask(client(), question('out of reach'));
    expect(error).toMatchObject({
      class: 'InternalServerError',
      status: 502,
      code: expect.stringMatching(/^fourfold_/),
    });
  });

  it('embeddings: each input is kept by itself, and comes back the same', async () => {
    const caller = client();
    const input = ['hello', 'world', 'hello again'];
    const params = { model: 'text-embedding-3-small', dimensions: 8 };
    const straight = async (text: string) =>
      await sdk.embed({ baseUrl: `${provider.url}/v1`, apiKey: 'sk' }, { ...params, input: text });
    await sdk.embed(caller, { ...params, input });
    provider.forget();
    for (const text of input.toReversed())
      expect(await sdk.embed(caller, { ...params, input: [text, ...input] })).toHaveLength(8);
    expect(provider.requests).toHaveLength(0);
    const vector = await sdk.embed(caller, { ...params, input: ['world', 'new'] });
    expect(provider.requests.map(({ json }) => (json as { input: unknown }).input)).toEqual([['new']]);
    expect(vector).toEqual(await straight('world'));
    expect(await sdk.embed(caller, { ...params, input: 'new' })).toEqual(await straight('new'));
  });

  it('what is not cached works as it is', async () => {
    expect(await sdk.models(client())).toContain('gpt-4o-mini');
    const vector = await sdk.embed(client(), {
      model: 'text-embedding-3-small',
      input: 'hello',
      dimensions: 8,
    });
    expect(vector).toHaveLength(8);
  });
}

/** One id and one time in all chunks; each choice says its role first and once, and ends once. */
function expectWellFormed({ chunks = [], completion }: Told): void {
  expect(new Set(chunks.map((chunk) => `${chunk.id} ${chunk.created}`))).toEqual(
    new Set([`${completion?.id} ${completion?.created}`]),
  );
  for (const index of completion?.choices.keys() ?? []) {
    const deltas = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.index === index);
    expect(deltas.map(({ delta }) => delta.role).filter(Boolean)).toEqual(['assistant']);
    expect(deltas[0]?.delta.role).toBe('assistant');
    expect(deltas.map((choice) => choice.finish_reason).filter(Boolean)).toHaveLength(1);
    expect(deltas.at(-1)?.finish_reason).toBeTruthy();
  }
}

/** What both forms can say: the JSON form alone has `annotations`, and an accumulator adds fields of its own. */
function comparable({ completion }: Told) {
  const { id, created, model, choices = [] } = completion ?? {};
  return {
    id,
    created,
    model,
    choices: choices.map(({ message, ...choice }) => {
      const { role, content, refusal = null, tool_calls: calls } = message as Record<string, unknown>;
      const plainCalls = (
        calls as { id: string; type: string; function: { name: string; arguments: string } }[] | undefined
      )?.map(({ id, type, function: { name, arguments: args } }) => ({ id, type, name, args }));
      const { index, finish_reason, logprobs = null } = choice as Record<string, unknown>;
      return { index, finish_reason, logprobs, role, content, refusal, calls: plainCalls ?? [] };
    }),
  };
}
