import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { describe } from 'vitest';
import { apiSuite, type Calls, stepsOf, type To } from './openai-apis.suite.ts';

type Provider = ReturnType<typeof createOpenAI>;
type Model = (openai: Provider) => Parameters<typeof generateText>[0]['model'];
type Options = { prompt: string; [option: string]: unknown };

const openai = ({ root, key }: To) => createOpenAI({ baseURL: `${root}/v1`, apiKey: key });
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

const asked = (model: ReturnType<Model>, options: Options): Parameters<typeof generateText>[0] => ({
  model,
  maxRetries: 0,
  ...options,
});

function calls(model: Model, options: Options): Calls {
  return {
    async json(to) {
      const told = await generateText(asked(model(openai(to)), options));
      const { text, reasoningText, toolCalls, finishReason, usage, response, providerMetadata } = told;
      return essential({ text, reasoningText, toolCalls, finishReason, usage, providerMetadata }, response);
    },
    async stream(to) {
      const told = streamText(asked(model(openai(to)), options));
      const parts: string[] = [];
      for await (const { type } of told.fullStream) parts.push(type);
      const [text, reasoningText, toolCalls, finishReason, usage, response, providerMetadata] =
        await Promise.all([
          told.text,
          told.reasoningText,
          told.toolCalls,
          told.finishReason,
          told.usage,
          told.response,
          told.providerMetadata,
        ]);
      const steps = stepsOf(parts);
      const all = { text, reasoningText, toolCalls, finishReason, usage, providerMetadata, steps };
      return essential(all, response);
    },
    // What a provider says beside the answer is not the same in both forms, with and without a cache.
    common: (told) => ({ ...(told as object), providerMetadata: undefined, steps: undefined }),
  };
}

const essential = (
  told: object,
  { id, modelId, timestamp }: { id: string; modelId: string; timestamp: Date },
) => plain({ ...told, id, modelId, timestamp });

const city = jsonSchema<{ city: string }>({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
});
const get_weather = tool({ description: 'Weather of a city', inputSchema: city });
const answer = jsonSchema<{ answer: string }>({
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
  additionalProperties: false,
});

const chat: Model = (provider) => provider.chat('gpt-4o-mini');
const responses: Model = (provider) => provider.responses('gpt-4.1');
const legacy: Model = (provider) => provider.completion('gpt-3.5-turbo-instruct');

const agent = (model: Model) => async (to: To) => {
  const options = {
    prompt: 'What is the weather in Paris and Rome?',
    tools: {
      get_weather: { ...get_weather, execute: async (at: { city: string }) => `Rain in ${at.city}` },
    },
    stopWhen: stepCountIs(4),
  };
  const { text, steps } = await generateText(asked(model(openai(to)), options));
  return plain({ text, steps: steps.map(({ response, content }) => ({ id: response.id, content })) });
};

describe('the ai package with its OpenAI provider', () =>
  apiSuite(
    {
      chat: calls(chat, { prompt: 'What is Rust?' }),
      'chat with parallel calls': calls(chat, {
        prompt: 'What is the weather in Paris and Rome?',
        tools: { get_weather },
      }),
      'a chat object': calls(chat, { prompt: 'What is Rust?', output: Output.object({ schema: answer }) }),
      responses: calls(responses, { prompt: 'What is Rust?', system: 'Be brief.' }),
      'responses with parallel calls': calls(responses, {
        prompt: 'What is the weather in Paris and Rome?',
        tools: { get_weather },
      }),
      'a responses object': calls(responses, {
        prompt: 'What is Rust?',
        output: Output.object({ schema: answer }),
      }),
      'legacy completions': calls(legacy, { prompt: 'What is Rust?', maxOutputTokens: 99 }),
    },
    { 'an agent over chat': agent(chat), 'an agent over responses': agent(responses) },
  ));
