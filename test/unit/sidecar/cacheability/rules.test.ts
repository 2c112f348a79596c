import { describe, expect, it } from 'vitest';
import { excludedBy, rulesOf } from '../../../../sidecar/cacheability/index.ts';
import { personalData } from '../../../../sidecar/cacheability/personal-data.ts';
import { phrases } from '../../../../sidecar/cacheability/phrases.ts';
import type { Rule } from '../../../../sidecar/cacheability/rule.ts';
import { secret } from '../../../../sidecar/cacheability/secret.ts';
import { timeSensitive } from '../../../../sidecar/cacheability/time-sensitive.ts';

const words = phrases('excluded-word', ['salary', 'stock price', 'Gehalt', "l'état"]);

/** Made up, so that no scanner takes them for keys: a beginning, and letters and digits enough. */
const key = (beginning: string, length: number) => beginning + 'a1B2c3D4'.repeat(10).slice(0, length);

const table: [Rule, yes: string[], no: string[]][] = [
  [
    secret,
    [
      `my key is ${key('sk-', 48)}, why is it refused?`,
      key('ghp_', 36),
      `Authorization: Bearer ${key('eyJhbGciOi', 60)}`,
      key('AKIA', 16),
      `"${key('AIza', 35)}"`,
      '-----BEGIN PRIVATE KEY-----\nMIIE',
    ],
    [
      'How do I get an sk- key?',
      'sk-learn-extension-tutorial-for-beginners',
      'task-a1b2c3d4a1b2c3d4a1b2c3d4',
      'AKIA is a prefix of AWS keys',
      'ghp_short1',
      'What is a BEGIN PRIVATE KEY block?',
    ],
  ],
  [
    personalData,
    [
      'Write to jane.doe+x@example.co.uk please',
      'mail <müller@beispiel.de>',
      'My card 4111 1111 1111 1111 was declined',
      '4111-1111-1111-1111',
      'amex 378282246310005',
      'call +49 170 1234567',
      'call +1 (555) 010-9999',
      'ring 555-010-9999 or (555) 010-9999',
      'IBAN DE89 3704 0044 0532 0130 00',
      'ssn 078-05-1120',
    ],
    [
      'What does @media do in CSS?',
      'npm i @types/node@24 and foo@1.2.3',
      'Who is @jack?',
      '4111 1111 1111 1112',
      'What is 1234567890123456?',
      'ISBN 978-3-16-148410-0',
      'the years 1914-1918 and 1939-1945',
      '1.3.5+3.5.7+5.7.9+...+17.19.21',
      '2026-11-21T16:05:06.123456789Z',
      'What is 12+34 56?',
      'version 10.0.19045.3803',
      '0000000000000000',
      'commit 4532015112830366abc',
    ],
  ],
  [
    timeSensitive,
    [
      "what's today's date",
      'Is NRE 701 available RIGHT NOW?',
      'current   price of gold',
      'the latest news, please',
      'what time is it in Tokyo',
    ],
    [
      'What is nowadays?',
      'know how',
      'the todays',
      'What is the latest version of HTTP?',
      'What is a right?',
      'current',
    ],
  ],
  [
    words,
    [
      'What is my SALARY?',
      "the salary's limit",
      'a stock price',
      'ｓａｌａｒｙ',
      'ſalary',
      'mein gehalt',
      "L'ÉTAT",
    ],
    ['salaryman', 'stock of a price', 'price stock', 'stockprice', 'état'],
  ],
];

describe.each(table)('$reason', (rule, yes, no) => {
  it.each(yes)('keeps out: %s', (text) => expect(rule.matches(text)).toBe(true));
  it.each(no)('lets in: %s', (text) => expect(rule.matches(text)).toBe(false));
});

it('no text takes long, whatever it is made of', () => {
  const all = rulesOf({
    secrets: true,
    personalData: true,
    timeSensitive: true,
    words: Array(100).fill('a a a a b'),
  });
  const asked = (text: string | undefined) => ({
    ...{ model: '', exactOnly: undefined, user: undefined, form: 'json' as const, withUsage: false },
    text,
  });
  const pieces = [
    'a',
    '@',
    'a@',
    'a.',
    '1',
    '1 ',
    '41',
    '+1-',
    'sk-',
    'AKIA',
    'AB12 ',
    'DE89 ',
    '(555) ',
    'today',
    'a ',
    '-',
  ];
  for (const piece of pieces) {
    const text = piece.repeat(4_000_000 / piece.length);
    for (const each of [asked(text), asked(undefined)]) {
      const start = performance.now();
      excludedBy(all, each, Buffer.from(text));
      expect(performance.now() - start, piece).toBeLessThan(1_000);
    }
  }
});

it('of a long text the beginning and the end are read', () => {
  const rules = rulesOf({ secrets: false, personalData: true, timeSensitive: false, words: [] });
  const asked = (text: string) => ({ text }) as Parameters<typeof excludedBy>[1];
  const filler = 'word '.repeat(100_000);
  const mail = 'jane@example.com';
  for (const text of [`${mail} ${filler}`, `${filler} ${mail}`])
    expect(excludedBy(rules, asked(text), Buffer.alloc(0))).toBe('personal-data');
});
