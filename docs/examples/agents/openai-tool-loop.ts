import { Fourfold } from 'fourfold/client';
import OpenAI from 'openai';
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources';

// The sidecar beside this process: the model is asked through it, and so is the cache of the tools.
const { OPENAI_BASE_URL = 'http://127.0.0.1:4114/v1', OPENAI_API_KEY = '' } = process.env;
const openai = new OpenAI({ baseURL: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY });
const cache = new Fourfold({
  url: new URL(OPENAI_BASE_URL).origin,
  headers: { authorization: `Bearer ${OPENAI_API_KEY}` },
});

const tools: ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'search_documents',
      description: 'Searches the documents',
      parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
    },
  },
];

/** Stands for a search of your own. Every result has the id of what it rests on. */
async function searchDocuments(query: string) {
  console.log(`searching for ${query}`);
  return [{ id: 'handbook-7', text: 'Settings, then Security, then Reset.' }];
}

async function execute(name: string, input: { query: string }): Promise<unknown> {
  if (name !== 'search_documents') throw new Error(`no such tool: ${name}`);
  const { results, source } = await cache.remember(input.query, ['handbook'], () =>
    searchDocuments(input.query),
  );
  console.log(`search_documents: ${source}`);
  return results;
}

async function answer(question: string): Promise<string> {
  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  for (let step = 0; step < 5; step++) {
    const { choices } = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, tools });
    const message = choices[0]?.message;
    if (message === undefined) break;
    if (!message.tool_calls?.length) return message.content ?? '';
    messages.push(message);
    for (const call of message.tool_calls) {
      if (call.type !== 'function') continue;
      const result = await execute(call.function.name, JSON.parse(call.function.arguments));
      messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(result) });
    }
  }
  throw new Error('no answer after five steps');
}

for (const question of process.argv.slice(2)) console.log(await answer(question));
// Whoever writes a document says so: what rests on it is searched anew.
console.log(`written: ${await cache.written(['handbook-7'])} dropped`);
