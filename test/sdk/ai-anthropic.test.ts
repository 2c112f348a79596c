import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';
import { stepsOf } from './openai-apis.suite.ts';

/** The `ai` package with its Anthropic provider, which leaves `/v1` out where the base URL has none. */
let provider: Provider;
let sidecar: SidecarProcess;
beforeAll(async () => {
  provider = await startProvider();
  sidecar = await startSidecar({ FOURFOLD_ANTHROPIC_UPSTREAM: provider.url });
});
afterAll(async () => {
  await sidecar?.close();
  await provider?.close();
});

const get_weather = tool({
  description: 'The weather of a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
});
const thinking = { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } };
const questions: Record<string, object> = {
  'a plain question': { prompt: 'What is the capital of France?' },
  'a conversation': {
    system: 'Be brief.',
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'What is Rust?' },
    ],
  },
  thinking: { prompt: 'Why is the sky blue?', providerOptions: thinking },
  'tool calls': { prompt: 'What is the weather in Paris and Tokyo?', tools: { get_weather } },
};

let keys = 0;
describe.each(['', '/v1'])('with the base URL %j', (base) => {
  const model = (phases: string[]) => {
    const anthropic = createAnthropic({
      baseURL: sidecar.url + base,
      apiKey: `sk-ant-ai-${++keys}`,
      fetch: async (...call) => {
        const response = await fetch(...call);
        phases.push(response.headers.get('x-fourfold-phase') ?? 'none');
        return response;
      },
    });
    return anthropic('claude-sonnet-4-5');
  };
  const hit = expect.stringMatching(/^(fingerprint|exact)$/);

  it.each(Object.entries(questions))('generateText, %s', async (_, question) => {
    const phases: string[] = [];
    const asked = { model: model(phases), maxRetries: 0, maxOutputTokens: 2048, ...question } as never;
    const told = async () => {
      const { text, reasoningText, toolCalls, finishReason, usage } = await generateText(asked);
      return JSON.parse(JSON.stringify({ text, reasoningText, toolCalls, finishReason, usage }));
    };
    const miss = await told();
    expect(await told()).toEqual(miss);
    expect(phases).toEqual(['miss', hit]);
  });

  it.each(Object.entries(questions))('streamText, %s', async (_, question) => {
    const phases: string[] = [];
    const asked = { model: model(phases), maxRetries: 0, maxOutputTokens: 2048, ...question } as never;
    const told = async () => {
      const result = streamText(asked);
      let deltas = '';
      const parts: string[] = [];
      for await (const part of result.fullStream) {
        parts.push(part.type);
        if (part.type === 'text-delta') deltas += part.text;
      }
      const [text, reasoningText, toolCalls, finishReason, usage] = await Promise.all([
        result.text,
        result.reasoningText,
        result.toolCalls,
        result.finishReason,
        result.usage,
      ]);
      const steps = stepsOf(parts);
      return JSON.parse(
        JSON.stringify({ deltas, steps, text, reasoningText, toolCalls, finishReason, usage }),
      );
    };
    const miss = await told();
    expect(miss.deltas).toBe(miss.text);
    expect(await told()).toEqual(miss);
    expect(phases).toEqual(['miss', hit]);
  });
});
