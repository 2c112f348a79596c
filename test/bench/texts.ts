import { hash } from 'node:crypto';

/** Stands in the provider's answer to this text, so that an answer to another one is noticed. */
export const markerOf = (text: string): string => `ANSWER[${hash('sha256', text, 'hex').slice(0, 12)}]`;

/** Numbers that look random and are the same in every run: mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const words =
  'anchor basil copper dolphin engine feather glacier harbor insulin jigsaw kernel lantern magnet nectar orbit piston quartz ribbon saddle turbine umbrella violin walnut yogurt zeppelin algebra bishop cactus diesel ethics falcon granite hockey irony jasmine karate lobster mosaic nomad opera pretzel quilt rocket sonnet tango uranium velvet wizard yacht zinc acorn barley cobalt debate eclipse fossil garlic hammer island jungle kettle lemon marble needle oxygen parrot quarry radar salmon tulip vapor willow zebra auction bamboo cipher domino elbow fabric gravel helium invoice jaguar knight ladder mortar nickel olive pepper quota raven silver timber union valley wagon'.split(
    ' ',
  );
const openings = [
  'why does the',
  'compare a',
  'draft a poem about the',
  'estimate the cost of one',
  'who invented the',
  'plan a party with a',
  'summarize the history of the',
  'list the risks of the',
];

/** Questions that have nothing to do with one another, no two alike, about 17 tokens each. */
export function unrelated(seed: number): () => string {
  const next = random(seed);
  const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)];
  const word = () => pick(words);
  return () =>
    `${pick(openings)} ${word()} ${word()} near the ${word()} ${word()} with a ${word()} and ${word()} ${name(next)}?`;
}

const syllables =
  'ba be bi bo da de di do fa fe fi fo ga ka ke ki la le li lo ma me mi mo na ne ni no pa ra re ri ro sa se so ta te ti to va ve vi zo'.split(
    ' ',
  );

/** A word that is in no dictionary, as the name of a place or a product would be. */
export function name(next: () => number, length = 4): string {
  return Array.from({ length }, () => syllables[Math.floor(next() * syllables.length)]).join('');
}

export const chat = (text: string, more: object = {}): string =>
  JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }], ...more });
