import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';

/** Other numbers, or a number more or less: 2+2 and 2+3, HTTP 502 and 503; or the same that have changed places. */
export const number: Guard = {
  reason: 'number',
  description: 'The texts do not hold the same numbers.',
  refuses(asked, stored) {
    const a = numbers(asked);
    const b = numbers(stored);
    if (a.counts !== b.counts && exchangedCounts(a.counts, b.counts)) return true;
    if (a.hard === b.hard) return a.order !== b.order && a.around === b.around;
    return a.all !== b.hard && a.hard !== b.all && a.all !== b.all;
  },
};

interface Numbers {
  /** Sorted and joined: a phrase moved to the front is style. */
  readonly hard: string;
  /** The same as they come, and all other words: between equal words numbers keep their places. Empty for one number. */
  readonly order: string;
  readonly around: string;
  /** With "one" and "first", which are often no numbers at all. */
  readonly all: string;
  readonly counts: string;
}

const roman = new Map(
  'II III IV VI VII VIII IX XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI'
    .split(' ')
    .map((numeral, at) => [numeral, String(at < 3 ? at + 2 : at < 7 ? at + 3 : at + 4)]),
);

const counted = new Map(
  Object.entries({
    once: '1x',
    twice: '2x',
    thrice: '3x',
    single: '1x',
    double: '2x',
    triple: '3x',
    quadruple: '4x',
    quarter: '1/4',
    daily: 'day',
    weekly: 'week',
    biweekly: '2 weeks',
    monthly: 'month',
    quarterly: 'quarter',
    yearly: 'year',
    annually: 'year',
    annual: 'year',
    hourly: 'hour',
  }),
);

const numbers = derived((reading: Reading): Numbers => {
  const hard: string[] = [];
  const soft: string[] = [];
  const counts: string[] = [];
  const around: string[] = [];
  for (const [at, word] of reading.words.entries()) {
    const value = numberOf(reading.words, at);
    if (value === undefined) around.push(word.stem);
    else if (isSoft(word, reading.words[at - 1])) {
      around.push(word.stem);
      soft.push(value);
    } else hard.push(value);
    const count = counted.get(word.folded);
    if (value === undefined && count !== undefined) counts.push(count);
  }
  const changeable = hard.length > 1;
  return {
    order: changeable ? hard.join(' ') : '',
    around: changeable ? around.join(' ') : '',
    hard: hard.sort().join(' '),
    all: [...hard, ...soft].sort().join(' '),
    counts: counts.sort().join(' '),
  };
});

/** "one of", "what to do first", "of the two" count nothing. */
function isSoft({ text }: Word, before: Word | undefined): boolean {
  return (
    /^(?:one|first)$/i.test(text) ||
    (/^two$/i.test(text) && /^(?:the|these|those)$/.test(before?.folded ?? ''))
  );
}

function numberOf(words: readonly Word[], at: number): string | undefined {
  const { kind, text, folded } = words[at]!;
  const before = words[at - 1];
  if (kind === 'number') return canonical(folded);
  if (folded === 'half' && isCounted(words, at)) return '0.5';
  if (kind === 'quoted') return undefined;
  const numeral = roman.get(text);
  // "Part IV" and "World War II", not "an IV drip".
  if (numeral !== undefined)
    return before !== undefined && /^\p{Lu}/u.test(before.text) ? numeral : undefined;
  if (!/\p{Nd}/u.test(folded)) return undefined;
  const decade = /^'?(\p{Nd}{2}|\p{Nd}{4})'?s$/u.exec(folded);
  if (decade !== null) return `${decade[1]!.length === 2 ? '19' : ''}${decade[1]}s`;
  if (/^\p{Nd}+(?:st|nd|rd|th)$/u.test(folded)) return folded.slice(0, -2);
  const thousands = /^(\p{Nd}{1,3})k$/u.exec(folded);
  return thousands === null ? undefined : `${thousands[1]}000`;
}

/** "Half an hour", "an hour and a half"; not "a half marathon". */
function isCounted(words: readonly Word[], at: number): boolean {
  if (/^an?$/.test(words[at + 1]?.folded ?? '')) return true;
  return words[at - 1]?.folded === 'a' && words[at - 2]?.folded === 'and';
}

/** 3.0 is 3, and 1st is 1. */
function canonical(number: string): string {
  return number
    .replace(/(?:st|nd|rd|th)$/, '')
    .replace(/^(-?\p{Nd}+)\.0+$/u, '$1')
    .replace(/^(\p{Nd}{1,2})[:.]00$/u, '$1');
}

function exchangedCounts(a: string, b: string): boolean {
  return a !== '' && b !== '';
}
