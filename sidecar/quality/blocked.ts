import type { Entry } from '../lookup/entry.ts';
import { idOf, sha256 } from '../lookup/identity.ts';
import { looseSignature } from '../lookup/question.ts';
import type { RefusalReason } from '../reasons.ts';

/**
 * Pairs of texts that were reported wrong for each other, as far as this process knows them: all of them, unless the store
 * says otherwise. A pair is a hash over partition and both texts, in any order; no text can be read out of it.
 */
export class Blocked {
  readonly #pairs = new Set<string>();
  /** False while some may be missing; then only a text that is the entry's own is answered. */
  areKnown = true;

  get size(): number {
    return this.#pairs.size;
  }

  add(pairs: readonly string[]): void {
    for (const pair of pairs) this.#pairs.add(pair);
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
