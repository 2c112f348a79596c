import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { exchanged, setOf } from './sets.ts';

/** Another day, month, season or time: what happens on Friday is not what happens on Monday. */
export const date: Guard = {
  reason: 'date',
  description: 'The texts name different days, months, seasons or times.',
  refuses(asked, stored) {
    const a = dates(asked);
    const b = dates(stored);
    if (a.size === 0 || b.size === 0) return false;
    return exchanged(without(a), without(b)) || without(a).size !== without(b).size;
  },
};

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
  const date = dateOf.get(word.folded) ?? dateOf.get(word.folded.replace(/s$/, ''));
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
