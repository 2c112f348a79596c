import type { SkipReason } from '../reasons.ts';

/**
 * The store cannot be asked now: it is away, or too slow to wait for. One object for all requests, without a trace of the
 * stack, so that a store that is away costs a request nothing.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** Of an answer that says so, over HTTP. */
  readonly statusCode = 503;
  readonly unavailable: SkipReason;

  constructor(unavailable: SkipReason, message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.unavailable = unavailable;
  }
}

export const storeUnavailable = new StoreUnavailable(
  'store-unavailable',
  'the store cannot be asked now; requests go on without it',
);
export const searchUnavailable = new StoreUnavailable('search-unavailable', 'the store cannot search now');

/** The word for an error that says no more than that the store is not there; such an error is expected, and counted. */
export function unavailability(error: unknown): SkipReason | undefined {
  return error instanceof Error ? (error as { unavailable?: SkipReason }).unavailable : undefined;
}
