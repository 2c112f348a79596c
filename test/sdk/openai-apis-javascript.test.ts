import OpenAI, { AzureOpenAI } from 'openai';
import { describe } from 'vitest';
import { apiSuite, type Calls, stepsOf, type To } from './openai-apis.suite.ts';

const options = { maxRetries: 0, timeout: 30_000 };
const openai = ({ root, key }: To) => new OpenAI({ baseURL: `${root}/v1`, apiKey: key, ...options });
const azure = ({ root, key }: To) =>
  new AzureOpenAI({ endpoint: root, apiKey: key, apiVersion: '2024-10-21', ...options });
const azureV1 = ({ root, key }: To) => new OpenAI({ baseURL: `${root}/openai/v1`, apiKey: key, ...options });

/** Without what the SDK hangs onto its objects beside the fields of the API. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

const weather = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
};
const schema = {
  type: 'object',
  properties: { answer: { type: 'string' } },
  required: ['answer'],
  additionalProperties: false,
};

const prompt = { model: 'gpt-3.5-turbo-instruct', max_tokens: 99 };
function completion(
  client: (to: To) => OpenAI,
  params: { prompt: string | string[]; [field: string]: unknown },
): Calls {
  return {
    json: async (to) => plain(await client(to).completions.create({ ...prompt, ...params })),
    async stream(to) {
      const whole: Record<string, unknown> = {};
      const choices: { text: string; [field: string]: unknown }[] = [];
      const stream = await client(to).completions.create({
        ...prompt,
        ...params,
        stream: true,
        stream_options: { include_usage: true },
      });
      for await (const { choices: pieces, ...rest } of stream) {
        Object.assign(whole, plain(rest));
        for (const { index, text, finish_reason } of pieces) {
          const known = choices[index]?.text ?? '';
          choices[index] = { index, text: known + text, finish_reason, logprobs: null };
        }
      }
      return { ...whole, choices };
    },
  };
}

const ask = { model: 'gpt-4.1' };
type Asked = Parameters<OpenAI['responses']['stream']>[0];
function response(client: (to: To) => OpenAI, params: object): Calls {
  const asked = { ...ask, ...params } as Asked;
  return {
    json: async (to) => plain(await client(to).responses.parse(asked as never)),
    async stream(to) {
      let said = '';
      const events: string[] = [];
      const stream = client(to).responses.stream(asked);
      stream.on('event', ({ type }) => events.push(type));
      stream.on('response.output_text.delta', ({ delta }) => {
        said += delta;
      });
      const final = plain(await stream.finalResponse());
      return { ...final, said, steps: stepsOf(events) };
    },
    // The accumulator's own addition, and ours.
    common: (told) => {
      const { said: _, output_text: __, steps: ___, ...response } = told as Record<string, unknown>;
      return response;
    },
  };
}

function chat(client: (to: To) => OpenAI, params: object): Calls {
  const asked = { model: 'gpt-4o-mini', ...params } as Parameters<OpenAI['chat']['completions']['stream']>[0];
  return {
    json: async (to) => plain(await client(to).chat.completions.parse(asked as never)),
    stream: async (to) =>
      plain(
        await client(to)
          .chat.completions.stream({ ...asked, stream_options: { include_usage: true } })
          .finalChatCompletion(),
      ),
    common: (told) => {
      const { id, created, model, usage, choices } = told as { [field: string]: unknown; choices: object[] };
      return { id, created, model, usage, said: choices.map(essential) };
    },
  };
}

function essential(choice: object) {
  const { message, finish_reason: finish } = choice as {
    message: { content: unknown; parsed?: unknown; tool_calls?: { id: string; function: object }[] };
    finish_reason: string;
  };
  const calls = (message.tool_calls ?? []).map(({ id, function: called }) => ({
    id,
    name: (called as { name: string }).name,
    arguments: (called as { arguments: string }).arguments,
  }));
  return { content: message.content, parsed: message.parsed ?? null, calls, finish };
}

const chatTool = { type: 'function', function: { ...weather, strict: true } };
const responseTool = { type: 'function', ...weather, strict: true };
const question = (content: string) => ({ messages: [{ role: 'user', content }] });
const jsonSchema = { name: 'an_answer', schema, strict: true };

const calls: Record<string, Calls> = {
  'a completion': completion(openai, { prompt: 'What is Rust?' }),
  'completions of several prompts': completion(openai, { prompt: ['What is Rust?', 'What is 2+3?'], n: 2 }),
  'a response': response(openai, { input: 'What is Rust?' }),
  'a response with instructions, not kept': response(openai, {
    instructions: 'Be brief.',
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'What is Rust?' }] }],
    store: false,
    metadata: { team: 'support' },
  }),
  'a response after reasoning': response(openai, {
    input: 'Why is the sky blue?',
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    store: false,
  }),
  'a response with log probabilities': response(openai, {
    input: 'What is Rust?',
    include: ['message.output_text.logprobs'],
  }),
  'a response with parallel calls': response(openai, {
    input: 'What is the weather in Paris and Rome?',
    tools: [responseTool],
  }),
  'a structured response': response(openai, {
    input: 'What is Rust?',
    text: { format: { type: 'json_schema', ...jsonSchema } },
  }),
  'a structured chat completion': chat(openai, {
    ...question('What is Rust?'),
    response_format: { type: 'json_schema', json_schema: jsonSchema },
  }),
  'Azure: chat': chat(azure, question('What is Rust?')),
  'Azure: chat with parallel calls': chat(azure, {
    ...question('What is the weather in Paris and Rome?'),
    tools: [chatTool],
  }),
  'Azure: a completion': completion(azure, { prompt: 'What is Rust?' }),
  'Azure: a response': response(azure, { input: 'What is Rust?' }),
  'Azure, v1: chat': chat(azureV1, question('What is Rust?')),
  'Azure, v1: a response': response(azureV1, { input: 'What is Rust?' }),
};

const rain = {
  parse: (text: string) => JSON.parse(text) as { city: string },
  function: ({ city }: { city: string }) => `Rain in ${city}`,
};

const agents = {
  'the runner of tools': async (to: To) => {
    const runner = openai(to).chat.completions.runTools({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'What is the weather in Paris and Rome?' }],
      tools: [{ type: 'function', function: { ...weather, ...rain } }] as never,
    });
    const final = await runner.finalContent();
    return plain({ final, messages: runner.messages });
  },
  'a loop over responses': async (to: To) => {
    const client = openai(to);
    const input: unknown[] = [{ role: 'user', content: 'What is the weather in Paris?' }];
    const tools = [responseTool];
    const first = await client.responses.create({ ...ask, tools, input } as never);
    for (const item of (first as { output: { type: string; call_id: string }[] }).output) {
      input.push(item);
      if (item.type === 'function_call')
        input.push({ type: 'function_call_output', call_id: item.call_id, output: 'Rain' });
    }
    return plain([first, await client.responses.create({ ...ask, tools, input } as never)]);
  },
};

describe('the openai package for JavaScript, its other APIs', () => apiSuite(calls, agents));
