import type { Entry } from '../lookup/entry.ts';
import { idOf, sha256 } from '../lookup/identity.ts';
import { looseSignature } from '../lookup/question.ts';
import type { RefusalReason } from '../reasons.ts';

/**
 * Pairs of texts that were reported wrong for each other, as far as this process knows them: all of them, unless the store
 * says otherwise. A pair is a hash over partition and both texts, in any order; no text can be read out of it. Stores keep
 * it with a short hash of its partition in front, so that those of one partition can be counted and removed.
 */
export class Blocked {
  /** As the store keeps them. */
  readonly #kept = new Set<string>();
  /** Without their partition: how many of those kept are this one, which is more than one of pairs from older versions only. */
  readonly #pairs = new Map<string, number>();
  readonly #partitions = new Map<string, number>();
  /** False while some may be missing; then only a text that is the entry's own is answered. */
  areKnown = true;

  get size(): number {
    return this.#pairs.size;
  }

  add(kept: readonly string[]): void {
    for (const each of kept) {
      if (this.#kept.has(each)) continue;
      this.#kept.add(each);
      this.#count(each, 1);
    }
  }

  remove(kept: readonly string[]): void {
    for (const each of kept) if (this.#kept.delete(each)) this.#count(each, -1);
  }

  /** How many each partition has, by its short hash. */
  get partitions(): ReadonlyMap<string, number> {
    return this.#partitions;
  }

  /** Those that are chosen, as the store keeps them. */
  chosen({ partition, pair }: { readonly partition?: string; readonly pair?: string }): string[] {
    return [...this.#kept].filter(
      (each) =>
        (partition === undefined || shortOf(each) === partition) &&
        (pair === undefined || each === pair || hashOf(each) === pair),
    );
  }

  #count(kept: string, by: 1 | -1): void {
    for (const [counts, name] of [
      [this.#pairs, hashOf(kept)],
      [this.#partitions, shortOf(kept)],
    ] as const) {
      const count = (counts.get(name) ?? 0) + by;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    }
  }

  has(pairs: readonly string[]): boolean {
    return pairs.some((pair) => this.#pairs.has(pair));
  }

  /** Why a question of that text must not have this entry's answer. */
  refuses(asked: string | undefined, { partition, text }: Entry): RefusalReason | undefined {
    if (asked === undefined || text === undefined || asked === text) return undefined;
    if (!this.areKnown) return 'feedback-unknown';
    if (this.#pairs.size === 0) return undefined;
    return this.has(pairsOf(partition, text, asked)) ? 'feedback' : undefined;
  }
}

/** What a store keeps of a pair of this partition. */
export const keptAs = (partition: string, pair: string): string => `${shortName(partition)}.${pair}`;

/** By which the pairs of a partition are counted and removed. */
export const shortName = (partition: string): string => idOf(sha256(partition)).slice(0, 11);

const hashOf = (kept: string): string => kept.slice(-22);
/** Empty of one from an older version. */
const shortOf = (kept: string): string => kept.slice(0, -23);

/**
 * The pair by its texts, and by their intent signatures where those differ: then the same question with a "please" is the
 * same pair. Texts of one signature are blocked as they stand, or the entry could not answer its own question.
 */
export function pairsOf(partition: string, one: string, other: string): string[] {
  const pairs = [pairOf(['text', partition, one, other])];
  const [a, b] = [looseSignature(one)?.key, looseSignature(other)?.key];
  if (a !== undefined && b !== undefined && a !== b) pairs.push(pairOf(['signature', partition, a, b]));
  return pairs;
}

function pairOf([kind, partition, ...texts]: [
  kind: string,
  partition: string,
  one: string,
  other: string,
]): string {
  return idOf(sha256(JSON.stringify(['pair', kind, partition, ...texts.map(sha256).sort()])));
}
