import { functionWords } from '../text/function-words.ts';
import { derived } from './derived.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';

/** Who acquired it and whom it acquired, whom Hamlet killed and who killed Hamlet, to sue and to be sued. */
export const role: Guard = {
  reason: 'role',
  description: 'What does something in one text is what it is done to in the other.',
  refuses(asked, stored) {
    if (asked.words.length > longest || stored.words.length > longest) return false;
    return turned(asked, stored) || turned(stored, asked);
  },
};

/** In words. Each verb is looked for in the other text, which in long ones would take the product of their lengths. */
const longest = 60;

function turned(one: Reading, other: Reading): boolean {
  const { doers, sufferers } = parts(one);
  return (
    doers.some(([deed, doer]) => isDoneTo(other, deed, doer)) ||
    (sufferers.length > 0 && sufferers.some(([deed, before]) => isDoneBy(one, other, deed, before)))
  );
}

interface Parts {
  /** A verb and who does it, where the sentence says so: "acquired by Facebook", "did Facebook acquire". */
  readonly doers: readonly (readonly [deed: string, doer: string])[];
  /** A verb and the word before "be", where somebody suffers it: "to be sued". */
  readonly sufferers: readonly (readonly [deed: string, before: string])[];
}

/** Who borders Chad is bordered by it, and what a word means is what it is. */
const mutual = new Set('border marry meet neighbor match resembl equal mean cost'.split(' '));

const being = new Set('is are was were be been being get gets got'.split(' '));
const doing = new Set(['do', 'does', 'did']);

const parts = derived(({ words }: Reading): Parts => {
  const doers: [string, string][] = [];
  const sufferers: [string, string][] = [];
  for (const [at, { folded }] of words.entries()) {
    const next = words[at + 1];
    if (
      folded === 'by' &&
      at > 1 &&
      words.slice(Math.max(0, at - 4), at - 1).some((word) => being.has(word.folded))
    ) {
      const doer = named(words, at + 1);
      if (doer !== undefined) doers.push([root(words[at - 1]!), doer.stem]);
    } else if (doing.has(folded) && isAbout(words, at)) {
      const doer = named(words, at + 1);
      const deed = doer && words[words.indexOf(doer) + 1];
      if (deed !== undefined && !functionWords.has(deed.folded) && !mutual.has(root(deed)))
        doers.push([root(deed), doer!.stem]);
    } else if ((folded === 'be' || folded === 'get') && next !== undefined && isPast(next))
      sufferers.push([root(next), words[at - 1]?.folded ?? '']);
  }
  return { doers, sufferers };
});

/** "Who did", "which countries did": who it is done to is asked. */
function isAbout(words: readonly Word[], at: number): boolean {
  const first = words[0]?.folded;
  return (
    (at === 1 && /^(?:whom?|what)$/.test(first ?? '')) ||
    (at > 1 && at < 4 && /^(?:which|what)$/.test(first ?? ''))
  );
}

/** The word of content at `at`, behind an article at most. */
function named(words: readonly Word[], at: number): Word | undefined {
  const word = words[/^(?:the|an?|my|your|our|another)$/.test(words[at]?.folded ?? '') ? at + 1 : at];
  return word === undefined || word.kind === 'symbol' || functionWords.has(word.folded) ? undefined : word;
}

/** Whether a text says that somebody else does it to `doer`: "who acquired Facebook". */
function isDoneTo({ words }: Reading, deed: string, doer: string): boolean {
  return words.some(
    (word, at) =>
      at > 0 &&
      at < 4 &&
      root(word) === deed &&
      named(words, at + 1)?.stem === doer &&
      /^(?:who|which|what|i|we|he|she|they|my|our)$/.test(words[0]!.folded) &&
      !words.slice(0, at).some(({ folded }) => being.has(folded) || doing.has(folded)),
  );
}

/** Whether the same words say that it is done instead of suffered: "have to sue" for "have to be sued". */
function isDoneBy(one: Reading, other: Reading, deed: string, before: string): boolean {
  const { asked, stored } = difference(one, other);
  if (![...asked, ...stored].every((word) => functionWords.has(word.folded) || root(word) === deed))
    return false;
  const at = other.words.findIndex(
    (word, at) => root(word) === deed && other.words[at - 1]?.folded === before,
  );
  if (at < 0 || isPast(other.words[at]!)) return false;
  // "Do my tires need to be changed" says of the tires what "do I need to change my tires" says of me.
  const suffered = one.words.findIndex((word) => root(word) === deed);
  return subjects(one.words.slice(0, suffered)) === subjects(other.words.slice(0, at));
}

function subjects(words: readonly Word[]): string {
  return words
    .filter(({ folded }) => persons.has(folded) || !functionWords.has(folded))
    .map(({ stem }) => stem)
    .join(' ');
}

const persons = new Set(['i', 'you', 'he', 'she', 'we', 'they']);

function isPast({ folded }: Word): boolean {
  return folded.endsWith('ed') || participles.has(folded);
}

/** Of "sued" and "owed" as well, which are too short to be stemmed. */
function root({ folded, stem }: Word): string {
  return participles.get(folded) ?? (stem.endsWith('ed') && stem.length < 6 ? stem.slice(0, -1) : stem);
}

const table =
  'eaten eat|beaten beat|driven driv|seen see|saw see|known know|knew know|shown show|grown grow|thrown throw|stolen steal|stole steal|broken break|broke break|bitten bit|bit bit|ridden rid|forgotten forget|drawn draw|drew draw|fed feed|led lead|hurt hurt|hit hit|fought fight|caught catch|brought bring|ate eat|bought buy|sold sell|paid pay|taught teach|written writ|wrote writ|taken tak|took tak|given giv|gave giv|chosen choos|chose choos|made mak|held hold|told tell|won win|lost los|found find|built build|sent send';

const participles = new Map(table.split('|').map((pair) => pair.split(' ') as [string, string]));
