import type { FlightRecord } from './record.ts';

/**
 * One call to the provider among all sidecars of a cache. Whoever takes the lease of a key asks the provider; the others
 * read what it publishes while its answer arrives. A lease ends by itself when its holder no longer renews it.
 */
export interface Leases {
  /**
   * `leaseMs`: milliseconds that the lease lasts unless it is renewed; after so long a dead leader is noticed.
   *
   * One round trip, within the store's deadline. Undefined where nothing can be learnt of the others, as with a store in
   * trouble, or one that is slow: then everybody asks for himself. Never rejects.
   */
  take(key: string, leaseMs?: number): Promise<Lead | Following | undefined>;
}

/** Held by the one who asks the provider. */
export interface Lead {
  readonly role: 'leads';
  /**
   * Appends records, in order, and renews the lease; without records it only renews. Records up to number `forget` are
   * dropped (the first has number 1).
   * @returns whether somebody reads them.
   * @throws when the lease is lost, or the store is: the others look after themselves from then on.
   */
  publish(records: readonly FlightRecord[], forget?: number): Promise<boolean>;
  /** The next who asks leads anew. What was published can be read for a moment longer. Never rejects. */
  release(): Promise<void>;
}

/** Held by the others. */
export interface Following {
  readonly role: 'follows';
  /**
   * What was published since the last reading, and whether the leader still leads. Says to the leader that there is
   * somebody to publish for.
   * @throws when the store fails, and `GapError` when records that come next have been dropped.
   */
  read(): Promise<{ readonly records: readonly FlightRecord[]; readonly led: boolean }>;
}

export class GapError extends Error {
  override readonly name = 'GapError';
}

export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}
