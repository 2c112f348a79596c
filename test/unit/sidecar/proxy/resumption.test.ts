import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DivergedError, Resumption, splitEvents } from '../../../../sidecar/proxy/resumption.ts';

const chunk = (id: string, delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id,
    object: 'chat.completion.chunk',
    created: id === 'chatcmpl-old' ? 111 : 222,
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;

/** A chat stream that says the pieces. */
const stream = (id: string, pieces: readonly string[]) => [
  chunk(id, { role: 'assistant', content: '' }),
  ...pieces.map((content) => chunk(id, { content })),
  chunk(id, {}, 'stop'),
  'data: [DONE]\n\n',
];
const saidBy = (events: string) =>
  [...events.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => JSON.parse(text)).join('');

/** Pieces of the text, cut at these places. */
const cutAt = (text: string, places: readonly number[]) => {
  const cuts = [...new Set(places.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...cuts].map((from, at) => text.slice(from, cuts[at] ?? text.length)).filter(Boolean);
};

describe('a stream that broke off', () => {
  it('goes on where the same text goes on, however either is cut into events and bytes', () => {
    const places = fc.array(fc.nat(200), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
        places,
        places,
        fc.nat(40),
        fc.integer({ min: 1, max: 90 }),
        (text, cuts, otherCuts, events, size) => {
          const old = stream('chatcmpl-old', cutAt(text, cuts));
          const sent = old.slice(0, Math.min(events, old.length - 1)).join('');
          const resumption = new Resumption(sent);
          const other = stream('chatcmpl-new', cutAt(text, otherCuts)).join('');
          let rest = '';
          for (let at = 0; at < other.length; at += size) rest += resumption.push(other.slice(at, at + size));
          const whole = sent + rest;
          expect(saidBy(whole)).toBe(text);
          expect(whole.match(/\[DONE\]/g)).toHaveLength(1);
          expect(whole.match(/"role":"assistant"/g)).toHaveLength(1);
          expect(whole.match(/"finish_reason":"stop"/g)).toHaveLength(1);
          if (sent !== '') expect(whole).not.toMatch(/chatcmpl-new|222/);
        },
      ),
    );
  });

  it('does not go on by another text', () => {
    const sent = stream('chatcmpl-old', ['The answer', ' is 4']).slice(0, 3).join('');
    for (const other of [['The answer is 5'], ['The', ' question'], ['the answer is 4'], ['The answer']]) {
      const resumption = new Resumption(sent);
      expect(
        () => stream('chatcmpl-new', other).map((event) => resumption.push(event)),
        other.join(),
      ).toThrow(DivergedError);
    }
  });

  it('does not go on by a tool call in the place of a text, nor by one with other arguments', () => {
    const call = (id: string, text: string) =>
      chunk(id, { tool_calls: [{ index: 0, id: `call_${id}`, function: { name: 'f', arguments: text } }] });
    const text = new Resumption(stream('chatcmpl-old', ['Hello']).slice(0, 2).join(''));
    expect(() =>
      text.push(chunk('chatcmpl-new', { role: 'assistant', content: '' }) + call('chatcmpl-new', '{')),
    ).toThrow(DivergedError);
    const args = new Resumption(call('chatcmpl-old', '{"a":1'));
    expect(() => args.push(call('chatcmpl-new', '{"a":2'))).toThrow(DivergedError);
    const same = new Resumption(call('chatcmpl-old', '{"a":'));
    expect(same.push(call('chatcmpl-new', '{"a":2}'))).toContain('"arguments":"2}"');
  });

  it('goes on with the events of Anthropic, past its pings', () => {
    const event = (type: string, more: object) =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
    const message = (id: string, pieces: string[]) => [
      event('message_start', {
        message: { id, role: 'assistant', content: [], usage: { input_tokens: id.length } },
      }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('ping', {}),
      ...pieces.map((text) =>
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
      ),
      event('content_block_stop', { index: 0 }),
      event('message_stop', {}),
    ];
    const resumption = new Resumption(message('msg_old', ['Hel', 'lo w']).slice(0, 5).join(''));
    const rest = message('msg_new', ['Hello', ' wor', 'ld'])
      .map((each) => resumption.push(each))
      .join('');
    expect(rest).toBe(
      [
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'or' } }),
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'ld' } }),
        event('content_block_stop', { index: 0 }),
        event('message_stop', {}),
      ].join(''),
    );
  });

  it('is split into whole events, whichever line ends it has', () => {
    expect(splitEvents('data: a\n\ndata: b\r\n\r\ndata: c')).toEqual({
      events: ['data: a\n\n', 'data: b\r\n\r\n'],
      rest: 'data: c',
    });
  });
});
