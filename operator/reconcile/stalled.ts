import type { Reason } from '../../crds/conditions.ts';
import { ApiError } from '../kube/api-error.ts';

/** Trying again does not help: somebody has to change something. It becomes the condition of that name. */
export class Stalled extends Error {
  readonly reason: Reason<'Stalled'>;

  constructor(reason: Reason<'Stalled'>, message: string) {
    super(message);
    this.name = 'Stalled';
    this.reason = reason;
  }
}

/** What a failure of the API server means for the cache; undefined where trying again may help. */
export function stalledBy(error: unknown): Stalled | undefined {
  if (error instanceof Stalled) return error;
  if (!(error instanceof ApiError) || error.namespaceTerminating) return undefined;
  if (error.failure === 'invalid') return new Stalled('Refused', error.message);
  if (error.failure === 'forbidden')
    return new Stalled(ofQuota.test(error.message) ? 'QuotaExceeded' : 'Forbidden', error.message);
  return undefined;
}

/** The API server has one code and one reason for both; its words of a quota are these. */
const ofQuota = /\b(?:exceeded|failed|insufficient|status unknown for) quota\b/;
