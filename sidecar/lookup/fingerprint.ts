import type { Blocked } from '../quality/blocked.ts';
import { nothing, type Phase } from './phase.ts';
import type { Shelf } from './shelf.ts';

/** Phase 1: the same intent signature in the same scope. In process, no I/O, no guards: equal signatures mean the same. */
export function fingerprint(shelf: Shelf, blocked: Blocked): Phase {
  return {
    name: 'fingerprint',
    find({ asked, signature, identity, liveAt, threshold }) {
      if (!shelf.informed) return { skipped: 'store-unavailable' };
      const wording = signature && shelf.bySignature(identity.scope, signature);
      if (wording === undefined || wording.entry.expiresAt <= liveAt) return nothing;
      const refused = blocked.refuses(asked.text, wording.entry);
      if (refused !== undefined) return { best: 1, refused };
      // Promoted under a lower threshold than this question's.
      if (wording.cosine < threshold) return { best: wording.cosine, refused: 'threshold' };
      shelf.touch(wording.entry.id);
      const { entry, cosine, overlap, verified } = wording;
      return { hit: entry, similarity: 1, cosine, overlap, verified };
    },
    learn: learnOn(shelf),
  };
}

/** Phases 1 and 2 look at one shelf; whichever is on fills it, and twice does no harm. */
export function learnOn(shelf: Shelf): NonNullable<Phase['learn']> {
  return ({ signature, asked }, entry, cosine, overlap) => {
    if (signature !== undefined && asked.text !== undefined)
      shelf.put(entry, signature, asked.text, cosine, overlap);
  };
}
