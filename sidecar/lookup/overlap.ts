import type { Signature } from './signature.ts';
import { isOtherWord } from './text/inflection.ts';
import { isFiller, type NearForm, nearForm } from './text/near-form.ts';
import { isTypingError } from './text/typing-error.ts';
import { isSpelling } from './text/worked-on.ts';

/** Chosen by measurement, see docs/decisions/0004-guards-and-signature.md. */
export const defaultOverlap = 0.85;

/** What an imperfect counterpart costs, in tokens. */
const typingError = 0.3;
const filler = 0.3;
/** "how do I" for "how can I", "files" for "file": known to be the same, and still not the same words. */
const variant = 0.01;

/**
 * Share of aligned tokens, in [0, 1]; 1 for equal signatures. A word without a counterpart that is no filler makes it 0:
 * one word of content more, less or other asks for something else.
 */
export function overlap(a: Signature, b: Signature): number {
  if (a.key === b.key) return 1;
  const near = nearForm(a.tokens);
  const other = nearForm(b.tokens);
  return ownsOtherwise(near.words, other.words) ? 0 : alignment(near, other);
}

const owners = ['my', 'your', 'our'];

/** A filler may be missing, but my dog is not your dog. */
function ownsOtherwise(a: readonly string[], b: readonly string[]): boolean {
  const own = (words: readonly string[], others: readonly string[]) =>
    owners.some((owner) => words.includes(owner) && !others.includes(owner));
  return own(a, b) && own(b, a);
}

function alignment(a: NearForm, b: NearForm): number {
  // "Is accomodate spelled correctly?": a typing error would be what is asked.
  const letters = a.words.some(isSpelling);
  let cost = variant;
  let i = 0;
  let j = 0;
  while (i < a.forms.length || j < b.forms.length) {
    const x = a.words[i] ?? '';
    const y = b.words[j] ?? '';
    if (i < a.forms.length && (a.forms[i] === b.forms[j] || x === y)) {
      if (x !== y && isOtherWord(x, y)) return 0;
      i++;
      j++;
    } else if (!letters && isTypingError(x, y)) {
      cost += typingError;
      i++;
      j++;
    } else if (isFiller(x) && (!isFiller(y) || a.forms[i + 1] === b.forms[j])) {
      cost += filler;
      i++;
    } else if (isFiller(y)) {
      cost += filler;
      j++;
    } else return 0;
  }
  return Math.max(0, 1 - cost / Math.max(a.forms.length, b.forms.length));
}
