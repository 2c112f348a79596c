import { expect, it } from 'vitest';
import { loadSettings } from '../../../../sidecar/config/load.ts';
import { openaiChat } from '../../../../sidecar/dialects/openai-chat.ts';
import { type ReadRequest, RequestReader } from '../../../../sidecar/proxy/request-reader.ts';

const settings = await loadSettings({});

function request(body: string, authorization = 'Bearer sk-a', query = '') {
  const path = '/v1/chat/completions';
  return { headers: { authorization }, path, query, tenant: undefined, body: Buffer.from(body) };
}

const chat = (text: string, model = '"m"'): string =>
  `{"model":${model},"messages":[{"role":"user","content":"${text}"}]}`;
const turned = (text: string): string => `{"messages":[{"content":"${text}","role":"user"}],"model":"m"}`;

type Request = Parameters<RequestReader['read']>[2];

const anew = (each: Request): ReadRequest | undefined => new RequestReader().read(openaiChat, settings, each);

it('what a reader knows of other requests changes nothing of what it reads', () => {
  const reader = new RequestReader();
  const requests = ['hi', 'ho'].flatMap((text) => [
    request(chat(text)),
    request(turned(text)),
    request(chat(text), 'Bearer sk-b'),
    request(chat(text), 'Bearer sk-a', '?v=1'),
    request(chat(text, '"n"')),
    // Half of a pair, and the letters that it is written with.
    request(chat(text, '"\\ud800"')),
    request(chat(text, '"\\\\ud800"')),
    request(chat(text, '1e21')),
    request(chat(text, '-0')),
    request(chat(text, '0')),
    request(chat(text, `"${'x'.repeat(10_000)}"`)),
  ]);
  for (let round = 0; round < 3; round++)
    for (const [at, each] of [...requests.entries()].sort(
      ([a], [b]) => (((a * 7) % 11) - ((b * 7) % 11)) * (round - 1),
    ))
      expect(reader.read(openaiChat, settings, each), String(at)).toEqual(anew(each));
});

it('fields in another order are the same request', () => {
  const reader = new RequestReader();
  const [one, other] = [chat('hi'), turned('hi')].map((body) =>
    reader.read(openaiChat, settings, request(body)),
  );
  expect(one?.identity).toEqual(other?.identity);
  expect(reader.read(openaiChat, settings, request(chat('ho')))?.identity.scope).toBe(one?.identity.scope);
});
