import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** "My mother's brother" is not "my brother's mother". */
export const possession: Guard = {
  reason: 'possession',
  description: 'One text speaks of what belongs to something, the other of the reverse.',
  refuses(asked, stored) {
    const there = owners(stored);
    return owners(asked).some(([owner, owned]) =>
      there.some(([other, its]) => other === owned && its === owner && owner !== owned),
    );
  },
};

/** Owner and what it owns, as `x's y` says it. The bound on a word's length keeps the search linear. */
const genitive = /(?<![\p{L}\p{N}])([\p{L}\p{N}]{1,40})['’]s\s([\p{L}\p{N}]{1,40})/gu;

const owners = derived(({ text }: Reading): readonly (readonly [string, string])[] => {
  if (!/['’]s/u.test(text)) return [];
  return [...text.matchAll(genitive)].map(([, owner = '', owned = '']) => [
    owner.toLowerCase(),
    owned.toLowerCase(),
  ]);
});
