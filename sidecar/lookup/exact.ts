import type { Store } from '../stores/store.ts';
import { nothing, type Phase } from './phase.ts';

/** Phase 3: SHA-256 of the canonical request, in the shared store. The only phase for structured and multimodal requests. */
export function exact(store: Pick<Store, 'get' | 'alias'>): Phase {
  return {
    name: 'exact',
    asksStore: true,
    async find({ identity, liveAt }) {
      const entry = await store.get(identity.exactKey, liveAt);
      return entry === undefined ? nothing : { hit: entry, similarity: 1 };
    },
    // Loose hits are not promoted to here: an alias would answer a stricter question too.
  };
}
