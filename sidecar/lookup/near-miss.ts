import type { Blocked } from '../quality/blocked.ts';
import { learnOn } from './fingerprint.ts';
import { guard } from './guards/index.ts';
import { overlap } from './overlap.ts';
import { type Finding, nothing, type Phase } from './phase.ts';
import { isTooOld, type Question, readingOf } from './question.ts';
import type { Shelf, Wording } from './shelf.ts';

/**
 * Phase 2: a signature whose aligned tokens overlap with the question's (a typo, an inflection, a filler more or less),
 * in the same scope, past the guards. In process. The best candidate that passes wins.
 */
export function nearMiss(shelf: Shelf, settings: () => { overlap: number }, blocked: Blocked): Phase {
  return {
    name: 'near-miss',
    find(question) {
      const { signature, identity, liveAt } = question;
      if (!shelf.informed) return { skipped: 'store-unavailable' };
      if (signature === undefined) return nothing;
      const least = settings().overlap;
      const candidates: { wording: Wording; score: number }[] = [];
      for (const wording of shelf.nearMisses(identity.scope, signature)) {
        if (wording.entry.expiresAt <= liveAt || isTooOld(question, wording.entry)) continue;
        const score = overlap(signature, wording.signature);
        if (score > 0) candidates.push({ wording, score });
      }
      candidates.sort((a, b) => b.score - a.score);
      let refusal: Finding = nothing;
      for (const { wording, score } of candidates) {
        const refused =
          score < least || wording.cosine < question.threshold
            ? 'threshold'
            : // A wording that was reported wrong leads nobody to its entry.
              (blocked.refuses(wording.text, wording.entry) ??
              blocked.refuses(question.asked.text, wording.entry) ??
              refusedBy(question, wording));
        if (refused === undefined) {
          shelf.touch(wording.entry.id);
          // A likeness to what is only alike: what was lost on the way adds up.
          const overlapped = score * (wording.overlap ?? 1);
          return { hit: wording.entry, similarity: score, cosine: wording.cosine, overlap: overlapped };
        }
        if (refusal === nothing) refusal = { best: score, refused };
      }
      return refusal;
    },
    learn: learnOn(shelf),
  };
}

/** A promoted wording must agree with the question, and so must the text that the answer was given to. */
function refusedBy({ reading }: Question, { entry, text }: Wording): string | undefined {
  if (reading === undefined) return undefined;
  return (
    guard(reading, readingOf(text)) ??
    (entry.text === undefined || entry.text === text ? undefined : guard(reading, readingOf(entry.text)))
  );
}
