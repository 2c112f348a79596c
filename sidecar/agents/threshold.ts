import { defaultThreshold } from '../../crds/configuration.ts';
import type { Settings } from '../../crds/settings.ts';

/**
 * Cosine from which a result of a tool or of a search answers another wording. With `maxErrorRate` the cache's own threshold
 * is only a floor under what audits teach. Of results nobody learns anything, so theirs never lies below the default.
 */
export function resultThreshold({ threshold, maxErrorRate }: Settings): number {
  return maxErrorRate === undefined ? threshold : Math.max(threshold, defaultThreshold);
}
