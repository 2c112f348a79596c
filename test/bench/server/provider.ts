import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { markerOf } from '../texts.ts';

/**
 * A provider that costs next to nothing and answers at once: the stand-in of test/support remembers all it was asked and
 * waits a timer's turn before each piece, which is right for tests and more than what is measured here.
 */
const behaviour = { latencyMs: 0, bytes: 600, chunks: 20 };
let calls = 0;

const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});
server.maxRequestsPerSocket = 0;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const read = await buffer(request);
  if (request.url === '/__stats') return json(response, { calls });
  if (request.url === '/__control')
    return json(response, Object.assign(behaviour, JSON.parse(read.toString())));
  calls++;
  if (behaviour.latencyMs > 0) await sleep(behaviour.latencyMs);
  // Uploads of other paths are swallowed and confirmed.
  if (!request.url?.endsWith('/chat/completions')) return json(response, { bytes: read.length });
  const { model, messages, stream, bytes } = JSON.parse(read.toString());
  const said = `${markerOf(messages.at(-1).content)} `.padEnd(bytes ?? behaviour.bytes, filler);
  if (stream) events(response, model, said);
  else json(response, completion(model, said));
}

const filler = 'the quick brown fox jumps over the lazy dog while a patient reader looks on; ';

function completion(model: string, content: string) {
  return {
    id: `chatcmpl-bench${calls}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 12, completion_tokens: 150, total_tokens: 162 },
  };
}

function events(response: ServerResponse, model: string, content: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const event = (delta: object, finish: string | null) =>
    response.write(
      `data: ${JSON.stringify({
        id: `chatcmpl-bench${calls}`,
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model,
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      })}\n\n`,
    );
  event({ role: 'assistant', content: '' }, null);
  const size = Math.ceil(content.length / behaviour.chunks);
  for (let at = 0; at < content.length; at += size) event({ content: content.slice(at, at + size) }, null);
  event({}, 'stop');
  response.end('data: [DONE]\n\n');
}

function json(response: ServerResponse, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
