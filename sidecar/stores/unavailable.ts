/**
 * The store cannot be asked now: it is away, or too slow to wait for. One object for all requests, without a trace of the
 * stack, so that a store that is away costs a request nothing.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly reason: 'store-unavailable' | 'search-unavailable';

  constructor(reason: StoreUnavailable['reason'], message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.reason = reason;
  }
}

export const storeUnavailable = new StoreUnavailable('store-unavailable', 'the store cannot be asked now');
export const searchUnavailable = new StoreUnavailable('search-unavailable', 'the store cannot search now');
