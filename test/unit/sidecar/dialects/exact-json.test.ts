import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactly } from '../../../../sidecar/dialects/exact-json.ts';

describe('a number keeps its digits', () => {
  it.each(['9007199254740993', '1.0', '1.10', '1e400', '-0', '0.00000012', '12345678901234567890.5', '1E5'])(
    '%s',
    (digits) => {
      const text = `{"a":[${digits},"${digits}"],"b":${digits}}`;
      expect(JSON.stringify(parseExactly(text))).toBe(text);
    },
  );
});

it('anything else is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.stringify(parseExactly(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 2_000 },
  );
});

it('what is no JSON is refused', () => {
  for (const text of ['', '{', '{"a":1.}', '01']) expect(() => parseExactly(text)).toThrow(SyntaxError);
});
