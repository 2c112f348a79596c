import { Refused } from '../admin/refused.ts';
import type { Entry } from '../lookup/entry.ts';
import type { Store } from '../stores/store.ts';
import { unavailability } from '../stores/unavailable.ts';
import { type Blocked, keptAs, pairsOf, shortName } from './blocked.ts';

export const verdicts = ['wrong', 'right'] as const;

/** What a user says of an answer that he got. */
export interface Report {
  /** Id of the entry that answered, as in `x-fourfold-entry`. */
  readonly entry: string;
  readonly verdict: (typeof verdicts)[number];
  /** The text that was asked, as it was sent. */
  readonly prompt: string;
}

export interface FeedbackParts {
  readonly store: Pick<Store, 'entry' | 'block'>;
  readonly blocked: Blocked;
  /** Removes an entry everywhere. */
  readonly remove: (id: string) => Promise<unknown>;
  readonly clock: () => number;
  /** Teaches what else answers likewise. */
  readonly learn: (entry: Entry, prompt: string, right: boolean) => Promise<void>;
  readonly told: (verdict: Report['verdict']) => void;
}

/** Reports of users: a wrong answer is never given to that question again. */
export class Feedback {
  readonly #parts: FeedbackParts;

  constructor(parts: FeedbackParts) {
    this.#parts = parts;
  }

  /**
   * Whether that entry is now kept from answering that prompt. `partition`: the caller's; undefined sees all.
   * @throws Refused
   */
  async take({ entry: id, verdict, prompt }: Report, partition: string | undefined): Promise<boolean> {
    const { store, blocked, clock, remove, told } = this.#parts;
    const entry = await answered(() => store.entry(id, clock()));
    if (entry === undefined || (partition !== undefined && entry.partition !== partition))
      throw new Refused(404, 'no such entry', 'entry');
    told(verdict);
    void this.#parts.learn(entry, prompt, verdict === 'right');
    const pairs =
      entry.text === undefined || entry.text === prompt ? [] : pairsOf(entry.partition, entry.text, prompt);
    if (verdict === 'right') return blocked.has(pairs);
    // The answer is wrong for its own question: there is no pair to tell apart, and the provider is asked anew.
    if (pairs.length === 0) await answered(() => remove(id));
    else {
      this.#checkRoom(entry.partition, pairs.filter((pair) => !blocked.has([pair])).length);
      // Also what is known here: the store may have refused it before.
      await answered(() => store.block(pairs.map((pair) => keptAs(entry.partition, pair))));
    }
    return true;
  }

  /** One partition must not take the room of all. @throws Refused */
  #checkRoom(partition: string, news: number): void {
    const has = this.#parts.blocked.partitions.get(shortName(partition)) ?? 0;
    if (news > 0 && has + news > mostOfPartition)
      throw new Refused(507, `more than ${mostOfPartition} blocked pairs of one partition`);
  }
}

/** A report makes one or two; a store keeps ten times as many. */
const mostOfPartition = 10_000;

/** @throws Refused */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RangeError) throw new Refused(507, error.message);
    if (unavailability(error) === undefined) throw error;
    throw new Refused(
      503,
      'the shared store is away: the report holds in this sidecar until it ends; send it again',
    );
  }
}
