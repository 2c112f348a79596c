import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import type { Settings } from '../../crds/settings.ts';
import { BackOff } from '../embedders/back-off.ts';
import type { Entry } from '../lookup/entry.ts';
import { textOf } from './answer-text.ts';
import { askPolicy, type PolicyVerdict } from './ask.ts';

export interface PolicyParts {
  readonly settings: () => Settings;
  /** Removes an entry everywhere; rejects where it may be there still. */
  readonly remove: (id: string) => Promise<unknown>;
  /** What was refused could not be removed; it is tried again. */
  readonly notRemoved: (error: unknown) => void;
  /** In [0, 1). */
  readonly random: () => number;
  readonly observe: (outcome: PolicyOutcome, error?: unknown) => void;
}

/** `failed`: no verdict; the entry stays. `dropped`: too many were waiting; the entry stays. */
export type PolicyOutcome = PolicyVerdict | 'failed' | 'dropped';

/**
 * Tells a compliance endpoint of what was stored, and does as it says. Nobody waits for it: what is stored answers until
 * there is a verdict, and where there is none it stays. What waits is bounded, and is held by the store anyway.
 */
export class Policy {
  readonly #parts: PolicyParts;
  readonly #waiting: Entry[] = [];
  readonly #running = new Set<AbortController>();
  /** What must not be stored again, nor answer while it cannot be removed, by entry id. */
  readonly #refused = new LRUCache<string, true>({ max: 10_000 });
  #closed = false;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  /** Whether the entry of that id was refused before; then it is not stored again, and answers nobody. */
  refuses(id: string): boolean {
    return this.#refused.has(id);
  }

  /** Returns at once, and never throws. */
  submit(entry: Entry): void {
    const { endpoint, sampleRate } = this.#parts.settings().policy;
    if (endpoint === undefined || this.#closed || this.#parts.random() >= sampleRate) return;
    if (this.#waiting.length < mostWaiting) {
      this.#waiting.push(entry);
      this.#next();
    } else this.#parts.observe('dropped');
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    for (const call of this.#running) call.abort();
  }

  #next(): void {
    while (this.#running.size < mostAtOnce) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      const call = new AbortController();
      this.#running.add(call);
      this.#judge(entry, call)
        .then(
          (verdict) => this.#parts.observe(verdict),
          (error) => this.#parts.observe('failed', error),
        )
        .finally(() => {
          this.#running.delete(call);
          this.#next();
        });
    }
  }

  async #judge(entry: Entry, call: AbortController): Promise<PolicyVerdict> {
    const { policy, partitionBy, ttlSeconds } = this.#parts.settings();
    if (policy.endpoint === undefined) throw new Error('the policy endpoint was taken away');
    const { tokenFile } = policy;
    const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
    const question = {
      entry: entry.id,
      dialect: entry.dialect,
      model: entry.model,
      prompt: entry.text ?? null,
      answer: textOf(entry.answer),
    };
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(deadline)]);
    const verdict = await askPolicy(policy.endpoint, token, question, signal);
    const isOwn = partitionBy.includes('credential') || partitionBy.includes('user');
    if (verdict === 'block' || (verdict === 'personal' && !isOwn)) {
      this.#refused.set(entry.id, true, { ttl: ttlSeconds * 1000 });
      await this.#remove(entry.id, new BackOff(500, 30_000));
    }
    return verdict;
  }

  /** Until it is done: the store may be out of reach at this moment. Resolves after the first try. */
  async #remove(id: string, backOff: BackOff): Promise<void> {
    try {
      await this.#parts.remove(id);
    } catch (error) {
      this.#parts.notRemoved(error);
      const again = () => {
        if (!this.#closed && this.#refused.has(id)) void this.#remove(id, backOff);
      };
      setTimeout(again, backOff.next(0)).unref();
    }
  }
}

/** Milliseconds. */
const deadline = 8_000;
const mostAtOnce = 8;
const mostWaiting = 200;
