import { nothing, type Phase } from './phase.ts';
import type { Shelf } from './shelf.ts';

/** Phase 1: the same intent signature in the same scope. In process, no I/O, no guards: equal signatures mean the same. */
export function fingerprint(shelf: Shelf): Phase {
  return {
    name: 'fingerprint',
    find({ signature, identity, now }) {
      const wording = signature && shelf.bySignature(identity.scope, signature);
      if (wording === undefined || wording.entry.expiresAt <= now) return nothing;
      shelf.touch(wording.entry.id);
      return { hit: wording.entry, similarity: 1 };
    },
    learn({ signature, asked }, entry) {
      if (signature !== undefined && asked.text !== undefined) shelf.put(entry, signature, asked.text);
    },
  };
}
