import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, stepCountIs, tool } from 'ai';
import { Fourfold } from 'fourfold/client';

// The sidecar beside this process: the model is asked through it, and so is the cache of the tools.
const { OPENAI_BASE_URL = 'http://127.0.0.1:4114/v1', OPENAI_API_KEY = '' } = process.env;
const openai = createOpenAI({ baseURL: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY });
const cache = new Fourfold({
  url: new URL(OPENAI_BASE_URL).origin,
  headers: { authorization: `Bearer ${OPENAI_API_KEY}` },
});

const get_weather = tool({
  description: 'Weather of a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: async (input, { abortSignal: signal }) => {
    const { result, source } = await cache.getOrExecute(
      'get_weather',
      input,
      () => askTheService(input.city),
      {
        ttl: '10m',
        ...(signal === undefined ? {} : { signal }),
      },
    );
    console.log(`get_weather ${input.city}: ${source}`);
    return result;
  },
});

/** Stands for a service that is slow or costs something. */
async function askTheService(city: string) {
  console.log(`asking the service for ${city}`);
  return { city, celsius: 21 };
}

for (const prompt of process.argv.slice(2)) {
  const { text } = await generateText({
    model: openai.chat('gpt-4o-mini'),
    prompt,
    tools: { get_weather },
    stopWhen: stepCountIs(5),
  });
  console.log(text);
}
