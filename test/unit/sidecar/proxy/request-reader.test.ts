import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../../sidecar/config/load.ts';
import { dialects } from '../../../../sidecar/dialects/index.ts';
import { openaiChat } from '../../../../sidecar/dialects/openai-chat.ts';
import { keysOf } from '../../../../sidecar/lookup/identity.ts';
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

const seen = (read: ReadRequest | undefined) =>
  read && { asked: read.asked, identity: keysOf(read.identity) };

const anew = (each: Request) => seen(new RequestReader().read(openaiChat, settings, each));

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
      expect(seen(reader.read(openaiChat, settings, each)), String(at)).toEqual(anew(each));
});

it('fields in another order are the same request', () => {
  const reader = new RequestReader();
  const [one, other] = [chat('hi'), turned('hi')].map((body) =>
    reader.read(openaiChat, settings, request(body)),
  );
  expect(seen(one)?.identity).toEqual(seen(other)?.identity);
  expect(reader.read(openaiChat, settings, request(chat('ho')))?.identity.scope).toBe(one?.identity.scope);
});

describe('of a request in a frame that is known only the text is read', () => {
  const turn = (content: unknown) => ({ role: 'user', content });
  const forms: readonly (readonly [dialect: string, path: string, body: (text: string) => object])[] = [
    ['openai-chat', '/v1/chat/completions', (text) => ({ model: 'm', messages: [turn(text)] })],
    [
      'openai-chat',
      '/v1/chat/completions',
      (text) => ({ messages: [turn([{ type: 'text', text }])], user: 'ada', model: 'm', stream: true }),
    ],
    [
      'openai-chat',
      '/v1/chat/completions',
      (text) => ({ messages: [turn('Hi'), { role: 'assistant', content: 'Hello' }, turn(text)], model: 'm' }),
    ],
    ['openai-completions', '/v1/completions', (text) => ({ model: 'm', prompt: text, temperature: 1.5 })],
    ['openai-responses', '/v1/responses', (text) => ({ model: 'm', input: text, store: false })],
    ['anthropic', '/v1/messages', (text) => ({ model: 'm', max_tokens: 9, messages: [turn(text)] })],
    ['gemini', '/v1beta/models/m:generateContent', (text) => ({ contents: [{ parts: [{ text }] }] })],
  ];
  const others = ['Is it?', 'What is that?', 'ada', 'm', 'Hi'];
  const ascii = (json: string) =>
    json.replace(/[\u0080-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);

  /** Some write a number with more digits than it needs. */
  const written = (json: string) => Buffer.from(json.replace('1.5', '1.50'));

  function readers(dialect: string, path: string, by = settings) {
    const spoken = dialects.find(({ name }) => name === dialect)!;
    const reader = new RequestReader();
    const read = (one: RequestReader, body: Buffer) =>
      seen(one.read(spoken, by, { ...request(''), path, body }));
    return {
      known: (body: Buffer) => read(reader, body),
      anew: (body: Buffer) => read(new RequestReader(), body),
    };
  }

  it.each(forms)('%s %s: whatever it says, as if all of it were read', (name, path, form) => {
    const { known, anew } = readers(name, path);
    const bodies = (text: string) => {
      const json = JSON.stringify(form(text));
      return [json, ascii(json), JSON.stringify(form(text), undefined, 1)].map(written);
    };
    for (const text of others) for (const body of bodies(text)) expect(known(body)).toEqual(anew(body));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }).map((each) => `${each}?`),
      fc.json(),
      fc.constantFrom(
        ...['', ' ', '"', '\\', '\\"', '\n?', '\0', '1234567890123456?', '\ud800?', '\u2028', '{}', '[1'],
      ),
      fc.constantFrom(...others),
    );
    fc.assert(
      fc.property(text, fc.nat(2), (said, way) => {
        const body = bodies(said)[way]!;
        expect(known(body)).toEqual(anew(body));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(forms)('%s %s: whatever bytes stand between, as if all of it were read', (name, path, form) => {
    const { known, anew } = readers(name, path);
    for (const text of others) known(written(JSON.stringify(form(text))));
    const [before = '', behind = ''] = written(JSON.stringify(form('Is it?')))
      .toString()
      .split('Is it?');
    const piece = fc.oneof(
      fc.constantFrom(
        ...['"', '\\', '\\"', '{', '}', '[', ']', ',', ':', '\n', '\t', ' ', 'a', '?', '1e400', '\\u12'],
      ),
      fc.constantFrom(
        ...['","model":"n', '"},{"role":"user","content":"', '\\ud800', '\\udc00', '1234567890123456'],
      ),
      fc.string(),
    );
    const between = fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(between, (bytes) => {
        const body = Buffer.concat([Buffer.from(before), bytes, Buffer.from(behind)]);
        expect(known(body)).toEqual(anew(body));
      }),
      { numRuns: 2_000 },
    );
  });

  it('another sender, another frame: nothing of the one is read for the other', () => {
    const reader = new RequestReader();
    const of = (text: string, authorization: string) => request(chat(text), authorization);
    for (const text of others) reader.read(openaiChat, settings, of(text, 'Bearer sk-a'));
    const other = of('Who is it?', 'Bearer sk-b');
    expect(seen(reader.read(openaiChat, settings, other))).toEqual(anew(other));
  });

  it.each([
    ['a field that counts', (name: string) => ({ user: name })],
    ['a field that does not', (name: string) => ({ stream_options: { include_obfuscation: name } })],
  ])('words that stand in %s too are not taken for the text', (_, field) => {
    // Too long to be known as a whole.
    const instructed = { role: 'system', content: 'x'.repeat(16_000) };
    const of = (name: string, text: string) =>
      Buffer.from(JSON.stringify({ ...field(name), messages: [instructed, turn(text)], model: 'm' }));
    const { known, anew } = readers('openai-chat', '/v1/chat/completions');
    for (const body of [
      of('ada', 'ada'),
      of('ada', 'ada'),
      of('bob', 'ada'),
      of('ada', 'bob'),
      of('ada', 'eve'),
    ])
      expect(known(body)).toEqual(anew(body));
  });

  it('where an API turns out to let the text count elsewhere, all is read each time', () => {
    const long: typeof openaiChat = {
      ...openaiChat,
      read: (body, rules) => {
        const { asked, fixed } = openaiChat.read(body, rules);
        return { asked, fixed: { ...fixed, isLong: (asked.text?.length ?? 0) > 2 } };
      },
    };
    const reader = new RequestReader();
    for (const text of ['hello', 'howdy', 'hey', 'hi']) {
      const each = request(chat(text));
      expect(seen(reader.read(long, settings, each))).toEqual(
        seen(new RequestReader().read(long, settings, each)),
      );
    }
  });

  it('with other settings everything is read again', async () => {
    const lastTurn = await loadSettings({ FOURFOLD_CONVERSATION: 'lastTurn' });
    const reader = new RequestReader();
    const bodies = others.map((text) => request(chat(text)));
    for (const by of [settings, lastTurn, settings])
      for (const each of bodies) {
        const whole = new RequestReader().read(openaiChat, by, each);
        expect(seen(reader.read(openaiChat, by, each))).toEqual(seen(whole));
      }
  });
});
