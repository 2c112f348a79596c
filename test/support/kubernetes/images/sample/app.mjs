import { createServer } from 'node:http';
import OpenAI from 'openai';

/**
 * `app.mjs serve`: GET /ask?q=… on port 8080 asks the model. `app.mjs ask "…" "…"`: asks each in turn and ends, as a Job
 * does. Where it asks is what the SDK reads: OPENAI_BASE_URL and OPENAI_API_KEY. A line of JSON tells of each question.
 */
const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY ?? 'sk-sample' });

async function ask(question) {
  const began = performance.now();
  const { data, response } = await openai.chat.completions
    .create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] })
    .withResponse();
  return {
    question,
    answer: data.choices[0]?.message.content,
    phase: response.headers.get('x-fourfold-phase'),
    similarity: response.headers.get('x-fourfold-similarity'),
    ms: Math.round(performance.now() - began),
  };
}

const [what, ...questions] = process.argv.slice(2);
if (what === 'ask') {
  for (const question of questions) console.log(JSON.stringify(await ask(question)));
} else {
  const server = createServer(async (request, response) => {
    const question = new URL(request.url, 'http://here').searchParams.get('q');
    if (!question) return response.writeHead(200).end('ask with /ask?q=…\n');
    try {
      const told = JSON.stringify(await ask(question));
      console.log(told);
      response.writeHead(200, { 'content-type': 'application/json' }).end(`${told}\n`);
    } catch (error) {
      response.writeHead(502).end(`${error.message}\n`);
    }
  });
  server.listen(8080);
  process.once('SIGTERM', () => server.close(() => process.exit(0)));
}
