import { expect, it } from 'vitest';
import { guard } from '../../../../sidecar/lookup/guards/index.ts';
import { read } from '../../../../sidecar/lookup/guards/reading.ts';
import { NearMissIndex } from '../../../../sidecar/lookup/near-miss-index.ts';
import { overlap } from '../../../../sidecar/lookup/overlap.ts';
import { signature } from '../../../../sidecar/lookup/signature.ts';

/** As many as the nightly run wants: `FOURFOLD_FUZZ=1000000`. */
const texts = Number(process.env.FOURFOLD_FUZZ ?? 20_000);

const pieces = [
  ..."how do i reset my password what is not the 2+2 3pm $85,000 C++ -i useState() /etc/passwd \"quoted\" `code` don't he's please thanks 法国 año كيف 😊 🇫🇷 ﷺ I I’m “x” twenty-five hundred million 1,000 1. .5 '' \" ` ' ( ) [ ] {}  \t \n \r\n \u0000 \u200d \u0301 \ud800 ... !!! --- ___ a/b and/or 90s n't from to before hi".split(
    ' ',
  ),
  'hi there ',
  'can you tell me',
];

/** xorshift: the same texts in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

it(`reads any text without a throw (${texts} texts)`, { timeout: 1_800_000 }, () => {
  const below = random(20_260);
  const index = new NearMissIndex<number>();
  let before = read('');
  for (let n = 0; n < texts; n++) {
    let text = '';
    for (let left = below(n % 100 === 0 ? 400 : 14); left > 0; left--) {
      const kind = below(10);
      if (kind < 7) text += pieces[below(pieces.length)];
      else if (kind < 9) text += String.fromCodePoint(32 + below(0x2fff));
      else text += String.fromCodePoint(below(0x110000));
      if (below(3) > 0) text += ' ';
    }
    const reading = read(text);
    const reason = guard(reading, before);
    expect(reason === undefined || typeof reason === 'string').toBe(true);
    if (guard(reading, reading) !== undefined) throw new Error(`refuses itself: ${JSON.stringify(text)}`);
    const signed = signature(text);
    if (signed !== undefined) {
      if (signed.tokens.length === 0 || signed.tokens.length > 200 || overlap(signed, signed) !== 1)
        throw new Error(`signature: ${JSON.stringify(text)}`);
      index.add('', signed, n);
      if (n % 3 === 0) index.delete('', signed, n);
    }
    before = reading;
  }
});

const long = 100_000;
const hard: Record<string, string> = {
  letters: 'a'.repeat(long),
  capitals: 'A'.repeat(long),
  words: 'word '.repeat(long / 5),
  distinct: Array.from({ length: long / 8 }, (_, n) => `w${n.toString(36)}x`).join(' '),
  numbers: '1 '.repeat(long / 2),
  digits: '9'.repeat(long),
  grouped: '1,'.repeat(long / 2),
  sums: `${'1+'.repeat(long / 2)}ab!`,
  marks: `${'!'.repeat(long / 2)}a${'!'.repeat(long / 2)}b`,
  dots: `${'.'.repeat(long / 2)}a${'.'.repeat(long / 2)}b`,
  hyphens: 'a-'.repeat(long / 2),
  apostrophes: "a'".repeat(long / 2),
  quotes: "'a".repeat(long / 2),
  doubleQuotes: '"a '.repeat(long / 3),
  backticks: '`a '.repeat(long / 3),
  brackets: `${'('.repeat(long / 2)}${')'.repeat(long / 2)}`,
  slashes: 'a/b/'.repeat(long / 4),
  greetings: 'hi '.repeat(long / 3),
  thanks: 'thanks '.repeat(long / 7),
  hundreds: 'hundred '.repeat(long / 8),
  froms: 'from a to b '.repeat(long / 12),
  nots: 'do not '.repeat(long / 7),
  chinese: '法国的首都'.repeat(long / 5),
  commas: '法，'.repeat(long / 2),
  marksOnLetters: 'e\u0301'.repeat(long / 2),
  ligatures: '\ufdfa'.repeat(long / 20),
  camels: 'aB'.repeat(long / 2),
};

it.each(Object.entries(hard))('reads 100 kB of %s in linear time', { timeout: 120_000 }, (_, text) => {
  const half = text.slice(0, text.length / 2);
  const run = (input: string) => {
    const start = process.cpuUsage().user;
    const reading = read(input);
    guard(reading, read(`${input} x`));
    signature(input);
    return (process.cpuUsage().user - start) / 1000;
  };
  run(half);
  const whole = Math.min(run(text), run(text), run(text));
  // Twice the text costs twice the time, not four times; what takes no time at all cannot be compared.
  const part = Math.min(run(half), run(half), run(half));
  expect(whole).toBeLessThan(Math.max(3.2 * part, 150));
});
