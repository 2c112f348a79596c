import type { Blocked } from '../quality/blocked.ts';
import { matches, type Removals } from '../stores/removals.ts';
import type { StoreFeed } from '../stores/store.ts';
import type { Shelf } from './shelf.ts';
import { shelve } from './shelve.ts';

/** What the phases in the process do when the store tells them something. */
export function feedOf(
  shelf: Shelf,
  {
    removals,
    blocked,
    learned,
    steady,
  }: {
    removals: Removals;
    blocked: Blocked;
    learned: (labels: readonly string[]) => void;
    steady: () => number;
  },
): StoreFeed {
  return {
    removed: (ids, why) => shelf.remove(ids, why),
    added: (entry) => shelve(shelf, entry),
    kept: (entry) => shelf.share(entry),
    invalidated: (selector) => {
      removals.add(selector, steady());
      shelf.removeMatching((entry) => matches(selector, entry));
    },
    reset: () => {
      // Answers under way may rest on what was removed unheard.
      removals.add({ all: true }, steady());
      shelf.clear();
    },
    learned,
    blocked: (pairs) => blocked.add(pairs),
    unblocked: (pairs) => blocked.remove(pairs),
    blocksKnown: (areKnown) => {
      blocked.areKnown = areKnown;
    },
    informed: (isInformed) => {
      shelf.informed = isInformed;
    },
  };
}
