import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { subset } from './sets.ts';

/** When, where, why, who, how many: another answer is wanted of the same thing. */
export const question: Guard = {
  reason: 'question',
  description: 'The texts ask different questions: when, where, why, who, how, how many.',
  refuses(asked, stored) {
    const a = kind(asked);
    const b = kind(stored);
    if (a === b || a === undefined || b === undefined) return false;
    if (definite.has(a) && definite.has(b)) return true;
    // "what", "how" and "should" ask for one thing in many ways: only over the same words they differ.
    return sameContent(asked, stored);
  },
};

/** Questions whose answers are of another kind altogether. */
const definite = new Set(
  'which-group when where why who how-many how-long how-old how-far how-tall how-often how-big'.split(' '),
);

const pronouns = new Map(
  Object.entries({ when: 'when', where: 'where', why: 'why', who: 'who', whom: 'who', whose: 'whose' }),
);

/** "what time" is when, "what is the reason" is why, "what are the steps" is how. */
const nouns = new Map(
  Object.entries({
    time: 'when',
    times: 'when',
    days: 'when',
    dates: 'when',
    year: 'when',
    date: 'when',
    day: 'when',
    month: 'when',
    reason: 'why',
    reasons: 'why',
    person: 'who',
    people: 'who',
    number: 'how-many',
    amount: 'how-many',
    way: 'how',
    ways: 'how',
    steps: 'how',
    process: 'how',
    procedure: 'how',
    method: 'how',
    methods: 'how',
  }),
);

const measures = new Map(
  Object.entries({
    many: 'how-many',
    much: 'how-many',
    long: 'how-long',
    old: 'how-old',
    far: 'how-far',
    tall: 'how-tall',
    high: 'how-tall',
    often: 'how-often',
    frequently: 'how-often',
    big: 'how-big',
    large: 'how-big',
    soon: 'when',
    come: 'why',
  }),
);

const auxiliary =
  /^(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|to|not|else|exactly)$/;

const kind = derived(({ words }: Reading): string | undefined => {
  for (const [at, { folded, opens }] of words.slice(0, 14).entries()) {
    const next = words[at + 1]?.folded ?? '';
    if (folded === 'how') return measures.get(next) ?? 'how';
    if (
      folded === 'which' &&
      /^(?:by|in|of|for|to|from|with|on)$/.test(words[at - 1]?.folded ?? '') &&
      at > 1
    )
      continue;
    if (folded === 'what' || folded === 'which') return whatKind(words, at);
    const pronoun = pronouns.get(folded);
    // "When my card is lost, what …" and "… when my card is lost" are conditions, not questions.
    if ((pronoun === 'who' || pronoun === 'whose') && (at < 3 || opens)) return pronoun;
    if (pronoun !== undefined && (at < 3 || opens) && (pronoun === 'why' || auxiliary.test(next)))
      return pronoun;
    if (at === 0 && /^(?:reasons?|reason)$/.test(folded)) return 'why';
    if (at === 0 && /^(?:should|shall|must)$/.test(folded)) return 'should';
  }
  return undefined;
});

function whatKind(words: readonly Word[], at: number): string {
  const ahead = words.slice(at + 1, at + 6).map(({ folded }) => folded);
  if (/^(?:company|companies|organization|team|country|countries|state|city)$/.test(ahead[0] ?? ''))
    return 'which-group';
  const direct = nouns.get(ahead[0] ?? '');
  if (direct !== undefined) return direct;
  if (/^(?:do|should|can|could|must|would) (?:i|you|we|one) (?:do|(?:need|have) to do)/.test(ahead.join(' ')))
    return 'how';
  if (words.slice(at, at + 12).some(({ folded }) => folded === 'like')) return 'how';
  // "what is the (best) way": the noun that "is" points to.
  if (/^(?:is|are|was|were|the)$/.test(ahead[0] ?? '')) {
    for (const word of ahead.slice(1, 4)) {
      const noun = nouns.get(word);
      if (noun !== undefined) return noun;
    }
  }
  return 'what';
}

function sameContent(asked: Reading, stored: Reading): boolean {
  return (
    subset(new Set(asked.content), stored.vocabulary) && subset(new Set(stored.content), asked.vocabulary)
  );
}
