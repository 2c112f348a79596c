import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isTooComplex, parseBody } from '../../../../sidecar/proxy/parse-body.ts';
import { quickest } from '../../../support/quickest.ts';

const body = (value: unknown) => Buffer.from(JSON.stringify(value));

it.each([
  ['empty lists', `{"x":[${Array(3_300_000).fill('[]').join(',')}]}`],
  ['objects', `{"x":[${Array(1_400_000).fill('{"a":1}').join(',')}]}`],
  ['numbers', `{"x":[${Array(5_000_000).fill('1').join(',')}]}`],
  ['lists in lists', `{"x":${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}}`],
])('ten million bytes of %s are too much, and that is known in no time', async (_, text) => {
  const bytes = Buffer.from(text);
  const took = await quickest(200, () => {
    const start = performance.now();
    expect(isTooComplex(bytes, 20_000)).toBe(true);
    return performance.now() - start;
  });
  expect(took).toBeLessThan(200);
});

it('ten million bytes of text are one value, whatever stands in it', () => {
  for (const piece of ['plain text, ', '[{,]} ', '\\', '"', '\\"', 'ä\n'])
    expect(isTooComplex(body({ x: piece.repeat(10_000_000 / piece.length) }), 20_000), piece).toBe(false);
});

it('counts what stands outside of texts, and nothing else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const bytes = body({ value });
      let values = 0;
      JSON.parse(bytes.toString(), (_, each) => {
        values++;
        return each;
      });
      // Every value but the first of each list stands behind a comma; every list and object has a bracket.
      expect(isTooComplex(Buffer.concat([bytes, Buffer.alloc(2 * values + 2, ' ')]), 2 * values + 1)).toBe(
        false,
      );
    }),
  );
});

it.each(['[]', '1', 'null', '"x"', '', '{', '{"a":1}x'])('%j is no object', (text) => {
  expect(parseBody(Buffer.from(text))).toBeUndefined();
});

it('invalid bytes are no text, and numbers beyond a double keep their digits', () => {
  expect(parseBody(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBeUndefined();
  expect(parseBody(Buffer.from('{"seed":12345678901234567890}'))).toEqual({
    seed: { '': '12345678901234567890' },
  });
});

it.each([
  '{"a":1,"a":1}',
  '{"a":1,"\\u0061":2}',
  '{"a":[{"b":":","b":2}]}',
  '{"a":"\\\\","a":12345678901234567890}',
])('a name twice leaves open what is meant: %s', (text) => {
  expect(parseBody(Buffer.from(text))).toBeUndefined();
});

it('any other object is read as JSON.parse reads it, however its strings look', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object, undefined, 1);
      fc.pre(!/\d{16}/.test(text));
      expect(parseBody(Buffer.from(text))).toEqual(JSON.parse(text));
    }),
    { examples: [[{ 'a\\': '":\\\\"', ':': { '"': ['::', 1] } }]] },
  );
});
