import type { Blocked } from '../quality/blocked.ts';
import type { Store } from '../stores/store.ts';
import type { Verifier } from '../verifier/verifier.ts';
import { guard } from './guards/index.ts';
import { type Finding, nothing, type Phase } from './phase.ts';
import { isTooOld, readingOf } from './question.ts';

/**
 * Phase 4: the nearest stored texts of the same scope by MiniLM embedding. The first over the threshold is not always the
 * best, nor the right one: several neighbours are tried, best first, and the first that passes the guards answers.
 */
export function semantic(
  store: Pick<Store, 'nearest' | 'slow' | 'spare'>,
  settings: () => { candidates: number },
  blocked: Blocked,
  verifier?: Pick<Verifier, 'refuses'>,
): Phase {
  return {
    name: 'semantic',
    asksStore: true,
    get hurries() {
      return store.slow ?? false;
    },
    async find(question) {
      const { identity, threshold, liveAt } = question;
      const embedded = question.embedding();
      if (embedded === undefined) return nothing;
      // The model works in a thread of its own: for as long this one has nothing to do.
      store.spare?.();
      const embedding = await embedded;
      if ('skipped' in embedding) return { skipped: embedding.skipped };
      let refusal: Finding = nothing;
      for (const { entry, similarity } of await store.nearest(
        identity.scope,
        embedding.vector,
        settings().candidates,
        liveAt,
        threshold,
      )) {
        if (entry.text === undefined || isTooOld(question, entry)) continue;
        let refused: string | undefined = 'threshold';
        if (similarity >= threshold) {
          // Only now: few questions are so near to one, and a text that fits the model is short enough to be read closely.
          const { reading } = question;
          if (reading === undefined) return nothing;
          refused = blocked.refuses(question.asked.text, entry) ?? guard(reading, readingOf(entry.text));
        }
        if (refused === undefined) {
          // Asked once for a lookup, of the best match: what it costs is bounded, and the next best are worse ones.
          const doubt = await verifier?.refuses(question.asked.text ?? '', entry.text, similarity);
          if (doubt !== undefined) return { best: similarity, refused: doubt };
          return { hit: entry, similarity, cosine: similarity };
        }
        if (refusal === nothing) refusal = { best: similarity, refused };
      }
      return refusal;
    },
  };
}
