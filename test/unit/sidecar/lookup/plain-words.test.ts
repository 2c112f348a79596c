import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlainWords } from '../../../../sidecar/lookup/text/plain-words.ts';
import { tokenise } from '../../../../sidecar/lookup/text/tokens.ts';

const words =
  "What's the IT spell spelled colour colours don't O'Neil camelCase macOS iPhone US us mW MB kg a I g x'y y'all've NASA's rock'n'roll cannot one hundred naïve C++ 5km 20%".split(
    ' ',
  );

const text = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...words), fc.stringMatching(/^[a-cA-C][a-cA-C']{0,7}$/)),
      fc.constantFrom('', '', '', ',', '.', ';', '?'),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((chunks) => chunks.map((chunk) => chunk.join('')));

/** A blank as well, but none that a plain word ends at. */
const otherBlank = '\u2028';

it('a word is the same whether it is read as a plain one, known, or as any other', () => {
  fc.assert(
    fc.property(text, (chunks) => {
      const plain = tokenise(`${chunks.join(' ')} `);
      expect(plain).toEqual(tokenise(chunks.join(otherBlank) + otherBlank));
      expect(tokenise(chunks.join('\t'))).toEqual(plain);
    }),
    { numRuns: 2_000 },
  );
});

it.each(["don't", 'me:', 'me.', 'Thanks!'])('%s ends a text', (word) => {
  const read = new PlainWords((each) => each).at(`tell ${word}`, 5);
  expect(read?.value).toBe(word.replace(/\W$/, ''));
});

it.each(['sort! in', "tie' a", "'tis", 'a"b"', 'Node.js', '2nd', 'x-ray', 'naïve', '', ' a'])(
  '%s does not begin with a plain word',
  (text) => expect(new PlainWords((each) => each).at(text, 0)).toBeUndefined(),
);

it('two words with one slot are told apart', () => {
  const made: string[] = [];
  const plain = new PlainWords((word) => made.push(word));
  const many = Array.from({ length: 20_000 }, (_, n) =>
    n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!),
  );
  const texts = [...many, ...many];
  for (const text of texts) expect(plain.at(text, 0)?.word).toBe(text);
  expect(made.length).toBeGreaterThan(many.length);
  expect(made.length).toBeLessThanOrEqual(texts.length);
});
