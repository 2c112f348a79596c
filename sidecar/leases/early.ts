import type { Following, Lead, Leases } from './lease.ts';

/**
 * Leases that are asked for before it is known whether they will be needed: a lookup in a slow store takes as long as the
 * lease, and both can be waited for at once. Whoever goes to the provider after all takes the lease over; where nobody does,
 * it is given back.
 */
export class EarlyLeases implements Leases {
  readonly #leases: Leases;
  readonly #early = new Map<string, Early>();

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  /** One for all who may share it. @returns to be called once by each, when he has gone on or needs none. */
  begin(key: string): () => void {
    const early = this.#early.get(key) ?? { lease: this.#leases.take(key), waiting: 0 };
    this.#early.set(key, early);
    early.waiting++;
    return () => {
      early.waiting--;
      if (early.waiting > 0 || this.#early.get(key) !== early) return;
      this.#early.delete(key);
      void early.lease.then(giveBack);
    };
  }

  take(key: string, leaseMs?: number): Promise<Lead | Following | undefined> {
    const early = this.#early.get(key);
    if (early === undefined) return this.#leases.take(key, leaseMs);
    this.#early.delete(key);
    return early.lease;
  }
}

interface Early {
  readonly lease: Promise<Lead | Following | undefined>;
  waiting: number;
}

function giveBack(lease: Lead | Following | undefined): void {
  if (lease?.role === 'leads') void lease.release();
}
