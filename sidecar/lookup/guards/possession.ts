import { functionWords } from '../text/function-words.ts';
import { derived } from './derived.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** "My mother's brother" is not "my brother's mother", and who killed Hamlet's father did not kill Hamlet. */
export const possession: Guard = {
  reason: 'possession',
  description: 'One text speaks of what belongs to something, the other of the reverse, or of the owner.',
  refuses(asked, stored) {
    return (
      owners(asked).some(([owner, owned]) => owner !== owned && owns(stored).has(`${owned} ${owner}`)) ||
      isOfOwner(asked, stored) ||
      isOfOwner(stored, asked)
    );
  },
};

/** Whether `other` says nothing else and leaves out what is owned: "when did Lincoln die" for "when did Lincoln's son die". */
function isOfOwner(one: Reading, other: Reading): boolean {
  if (owners(one).length === 0 || owners(other).length > 0) return false;
  const { asked: only, stored: its } = difference(one, other);
  if (!its.every(({ folded }) => functionWords.has(folded))) return false;
  const left = new Set(only.map(({ folded }) => folded));
  return owners(one).some(
    ([owner, owned]) => !functionWords.has(owner) && left.has(owned) && other.vocabulary.has(owner),
  );
}

/** Owner and what it owns, as `x's y` says it. The bound on a word's length keeps the search linear. */
const genitive = /(?<![\p{L}\p{N}])([\p{L}\p{N}]{1,40})['’]s\s([\p{L}\p{N}]{1,40})/gu;

const owners = derived(({ text }: Reading): readonly (readonly [string, string])[] => {
  if (!/['’]s/u.test(text)) return [];
  return [...text.matchAll(genitive)].map(([, owner = '', owned = '']) => [
    owner.toLowerCase(),
    owned.toLowerCase(),
  ]);
});

/** "owner owned", to be looked up. */
const owns = derived((reading: Reading) => new Set(owners(reading).map((pair) => pair.join(' '))));
