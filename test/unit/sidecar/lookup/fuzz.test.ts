import { expect, it } from 'vitest';
import { guard, guards } from '../../../../sidecar/lookup/guards/index.ts';
import { read } from '../../../../sidecar/lookup/guards/reading.ts';
import { NearMissIndex } from '../../../../sidecar/lookup/near-miss-index.ts';
import { overlap } from '../../../../sidecar/lookup/overlap.ts';
import { signature } from '../../../../sidecar/lookup/signature.ts';
import { manyTexts, randomTexts } from '../../../support/random-texts.ts';

it(`reads any text without a throw (${manyTexts} texts)`, { timeout: 1_800_000 }, () => {
  const next = randomTexts(20_260);
  const index = new NearMissIndex<number>();
  let before = read('');
  for (let n = 0; n < manyTexts; n++) {
    const text = next();
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
const numbered = (text: (n: string) => string, length: number) =>
  Array.from({ length: long / length }, (_, n) => text(n.toString(36))).join(' ');
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
  alls: 'all cats, a dog '.repeat(long / 16),
  doers: 'it was seen by Bo '.repeat(long / 18),
  sufferers: 'he has to be sued '.repeat(long / 18),
  owners: numbered((n) => `the b${n}'s c${n}`, 14),
  names: numbered((n) => `the Bay${n} City`, 16),
  dates: 'until May 4 in 3 days ago '.repeat(long / 26),
};

it.each(Object.entries(hard))('reads 100 kB of %s in linear time', { timeout: 120_000 }, (_, text) => {
  const half = text.slice(0, text.length / 2);
  const run = (input: string) => {
    const start = process.cpuUsage().user;
    const reading = read(input);
    const other = read(`${input} x`);
    // Each of them: the first that refuses would spare the rest.
    for (const { refuses } of guards) {
      refuses(reading, other);
      refuses(other, reading);
    }
    signature(input);
    return (process.cpuUsage().user - start) / 1000;
  };
  run(half);
  // In turn, so that a slow moment of the machine meets both.
  const rounds = Array.from({ length: 3 }, () => [run(half), run(text)] as const);
  const part = Math.min(...rounds.map(([time]) => time));
  const whole = Math.min(...rounds.map(([, time]) => time));
  // Twice the text costs twice the time, not four times; what takes no time at all cannot be compared.
  expect(whole).toBeLessThan(Math.max(3.2 * part, 150));
});
