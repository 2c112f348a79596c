import { createHash } from 'node:crypto';
import { type Kind, kinds } from '../../lookup/entry.ts';

/**
 * The names of all that a cache has in Redis. An entry's key spreads over the shards of a cluster; what is kept once for
 * the fleet has one hash tag, so that it lies on one shard and a script may touch several of these keys.
 */
export class Keys {
  readonly prefix: string;
  /** Every entry's key begins with it; the vector index covers it. */
  readonly entries: string;
  /** Hash: `epoch` (which life of this data) and `generation` (how many removals it has seen). */
  readonly head: string;
  /** Set of the pairs that were reported wrong. */
  readonly blocks: string;
  /** Set of the pairs that an admin has removed of them, for a while: nobody gives them back. */
  readonly unblocked: string;
  /** Stream of what was learned. */
  readonly labels: string;
  /** Stream of what was stored and removed. */
  readonly journal: string;
  /** Sorted sets, by what entries are for: ids by the moment until which they are kept. Who is in one is in the cache. */
  readonly expiry: Readonly<Record<Kind, string>>;
  /** Sorted set: ids by last use. */
  readonly recency: string;
  /** Hash: how often an id was used. */
  readonly uses: string;
  /** Sorted set: vector indexes by when a sidecar last needed them. */
  readonly indexes: string;

  constructor(prefix: string) {
    const fleet = `${prefix}{${sha256(prefix).slice(0, 6)}}:`;
    this.prefix = prefix;
    this.entries = `${prefix}e:`;
    this.head = `${fleet}head`;
    this.blocks = `${fleet}blocks`;
    this.unblocked = `${fleet}unblocked`;
    this.labels = `${fleet}labels`;
    this.journal = `${fleet}journal`;
    this.expiry = Object.fromEntries(kinds.map((kind) => [kind, `${fleet}expiry:${kind}`])) as Record<
      Kind,
      string
    >;
    this.recency = `${fleet}recency`;
    this.uses = `${fleet}uses`;
    this.indexes = `${fleet}indexes`;
  }

  entry(id: string): string {
    return this.entries + id;
  }

  idOf(entryKey: string): string {
    return entryKey.slice(this.entries.length);
  }

  /** String: which entry a further exact key leads to. */
  pointer(exactKey: string): string {
    return `${this.prefix}k:${exactKey}`;
  }

  /** String with a short life: who does what only one should do. */
  lock(what: string): string {
    return `${this.head}:lock:${what}`;
  }

  /** Another schema, model, dimension or kind of index is another index. */
  index(...distinctions: readonly (string | number)[]): string {
    return `${this.prefix}index:${distinctions.join(':')}`;
  }
}

/** What a user named, in a form that has no meaning in a query: 128 bits in hex. */
export const hashed = (name: string): string => sha256(name).slice(0, 32);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
