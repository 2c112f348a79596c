import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { exchanged, setOf } from './sets.ts';

/** Another day, month, season or time: what happens on Friday is not what happens on Monday. */
export const date: Guard = {
  reason: 'date',
  description: 'The texts name different days, months, seasons or times.',
  refuses(asked, stored) {
    if (isReckonedOtherwise(asked, stored) || isDueOtherwise(asked, stored)) return true;
    if (exchanged(pointed(asked), pointed(stored))) return true;
    const a = dates(asked);
    const b = dates(stored);
    if (a.size === 0 || b.size === 0) return false;
    return exchanged(without(a), without(b)) || without(a).size !== without(b).size;
  },
};

/** "This Friday", "next Friday"; "over the next year" may be this one, and so may what is upcoming. */
const pointed = derived(({ words }: Reading) =>
  setOf(
    words.map(({ folded }, at) =>
      (folded === 'this' || (folded === 'next' && words[at - 1]?.folded !== 'the')) &&
      periods.test(words[at + 1]?.folded ?? '')
        ? folded
        : undefined,
    ),
  ),
);

/** Two weeks ago, and in two weeks or two weeks from now. */
function isReckonedOtherwise(asked: Reading, stored: Reading): boolean {
  const a = reckoned(asked);
  const b = reckoned(stored);
  return a !== undefined && b !== undefined && a !== b;
}

const reckoned = derived(({ words }: Reading): 'back' | 'ahead' | undefined => {
  for (const [at, { folded }] of words.entries()) {
    const before = words[at - 1];
    if (before?.kind !== 'number' || !spans.test(folded)) continue;
    const next = words[at + 1]?.folded;
    if (next === 'ago') return 'back';
    if (next === 'from' && words[at + 2]?.folded === 'now') return 'ahead';
    if (words[at - 2]?.folded === 'in') return 'ahead';
  }
  return undefined;
});

const spans = /^(?:second|minute|hour|day|week|month|quarter|year|decade)s?$/;

/** Until Friday, on Friday, after Friday: by what stands before the same day, year or time. */
function isDueOtherwise(asked: Reading, stored: Reading): boolean {
  const b = due(stored);
  for (const [date, when] of due(asked)) {
    const other = b.get(date);
    if (other !== undefined && other !== when) return true;
  }
  return false;
}

const whens = new Map([
  ...['by', 'before', 'until', 'till', 'til'].map((word) => [word, 'until'] as const),
  ...['after', 'since', 'from'].map((word) => [word, 'after'] as const),
  ...['on', 'in', 'at'].map((word) => [word, 'at'] as const),
]);

const nowhere: ReadonlyMap<string, string> = new Map();

/** Each date or time that is named once, and how it bounds. */
const due = derived(({ words }: Reading): ReadonlyMap<string, string> => {
  let found: Map<string, string> | undefined;
  for (const [at, word] of words.entries()) {
    const when = whens.get(words[at - 1]?.folded ?? '');
    // "Not before 10" is after it.
    if (when === undefined || words[at - 2]?.folded === 'not') continue;
    const next = words[at + 1];
    const date =
      word.kind === 'number'
        ? isTime(word, next)
          ? word.folded
          : undefined
        : named(word, words[at - 1], next);
    if (date === undefined) continue;
    found ??= new Map();
    found.set(date, found.has(date) && found.get(date) !== when ? 'both' : when);
  }
  return found ?? nowhere;
});

/** A year or a time of day, and no amount: "after 5 minutes", "in 3 steps". */
function isTime({ folded }: Word, next: Word | undefined): boolean {
  if (!/^(?:\d{1,2}(?::\d\d)?|(?:1[5-9]|20)\d\d)$/.test(folded)) return false;
  return (
    next === undefined ||
    next.opens ||
    next.kind !== 'word' ||
    /^(?:am|pm|or|and|today|on|in|at|oclock)$/.test(next.folded)
  );
}

const table = `
january jan
february feb
march
april apr
may
june jun
july jul
august aug
september sep sept
october oct
november nov
december dec
monday mondays mon
tuesday tuesdays tue tues
wednesday wednesdays wed weds
thursday thursdays thu thur thurs
friday fridays fri
saturday saturdays
sunday sundays
today
tomorrow
yesterday
tonight
morning mornings am
afternoon afternoons
evening evenings
night nights
noon midday
midnight
pm
spring springtime
summer summertime
autumn fall
winter wintertime
weekday weekdays
weekend weekends
last previous past preceding prior
next upcoming following coming
current this present
bc bce
ad ce
christmas xmas
easter
thanksgiving
halloween
valentine
ramadan
diwali
hanukkah
eid
q1
q2
q3
q4
`;

const dateOf = new Map<string, string>();
for (const line of table.trim().split('\n')) {
  const [name, ...others] = line.split(' ') as [string, ...string[]];
  for (const each of [name, ...others]) dateOf.set(each, name);
}

/** These count beside a unit of time or a season only: "this", "last", "next" are common otherwise. */
const relative = new Set(['last', 'next', 'current']);
const periods =
  /^(?:day|week|month|year|quarter|semester|term|season|decade|century|weekend|time|night|morning|evening|summer|spring|fall|autumn|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|\d+)s?$/;
const months = /^(?:march|may|fall|mon|sun|sat|ad|ce|am)$/;
const beforeMonths =
  /^(?:in|of|by|until|till|since|last|next|this|late|early|mid|on|before|after|during|for|every|from|to|and|or|through)$/;

/** What a text means without saying so: now. And what is only another name: "which weekday", "what day of the week". */
const loose: ReadonlySet<string> = new Set(['current', 'next', 'weekday']);

function without(dates: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...dates].filter((date) => !loose.has(date)));
}

const dates = derived((reading: Reading) =>
  setOf(reading.words.map((word, at) => named(word, reading.words[at - 1], reading.words[at + 1]))),
);

function named(word: Word, before: Word | undefined, after: Word | undefined): string | undefined {
  if (word.kind !== 'word' && word.kind !== 'code') return undefined;
  const { folded } = word;
  const date = dateOf.get(folded) ?? (folded.endsWith('s') ? dateOf.get(folded.slice(0, -1)) : undefined);
  if (date === undefined) return undefined;
  if (relative.has(date)) {
    if (after === undefined) return undefined;
    return periods.test(after.folded) || (after.kind === 'number' && periods.test(after.folded))
      ? date
      : undefined;
  }
  if (!months.test(word.folded)) return date;
  if (word.folded === 'am' || word.folded === 'ad' || word.folded === 'ce')
    return before?.kind === 'number' || /:/.test(before?.folded ?? '') ? date : undefined;
  // "march", "may", "fall" are verbs too: a capital or a preposition shows the month.
  if (before === undefined) return undefined;
  return beforeMonths.test(before.folded) ||
    (before.kind === 'number' && date !== 'autumn') ||
    after?.kind === 'number' ||
    /^\p{Lu}/u.test(word.text)
    ? date
    : undefined;
}
