import type { Settings } from '../../crds/settings.ts';
import type { Embedder } from '../embedders/embedder.ts';
import type { Hit } from '../lookup/hit.ts';
import type { PhaseName } from '../lookup/phase.ts';
import type { Question } from '../lookup/question.ts';
import { callsTools, textOf } from '../policy/answer-text.ts';
import { type Comparison, compareAnswers } from './compare.ts';
import { askJudge } from './judge.ts';

/** `failed`: the provider gave no answer to compare with. `dropped`: too many were waiting. */
export type AuditOutcome = Comparison | 'failed' | 'dropped';

/** Asks the provider what the cache has answered; undefined where there is nothing to compare with. */
export interface SecondOpinion {
  /** What is held in memory until it is asked. */
  readonly bytes: number;
  ask(signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The answer served was another one: this is the question's own, and it was paid for. */
  keep(): void;
}

export interface AuditParts {
  readonly settings: () => Settings;
  readonly embedder: Pick<Embedder, 'embed'>;
  /** In [0, 1). */
  readonly random: () => number;
  /** What an audit has found, for the figures that are published. */
  readonly observe: (phase: PhaseName, outcome: AuditOutcome, error?: unknown) => void;
  /** What is learnt of a match, published or not. Only what `counts` is a sample, from which shares may be reckoned. */
  readonly learn: (question: Question, hit: Hit, right: boolean, counts: boolean) => void;
}

interface Waiting {
  readonly question: Question;
  readonly hit: Hit;
  /** Whether it counts in the published figures. */
  readonly counts: boolean;
  readonly bytes: number;
  readonly opinion: SecondOpinion | Uint8Array;
}

/**
 * Compares answers of the cache with those of the provider, in the background: a sample of the hits, for which the provider
 * is asked once more, and answers that were asked for anyway. Nobody waits for it; what waits is bounded, and is held in
 * memory only, credentials included.
 */
export class Audits {
  readonly #parts: AuditParts;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<AbortController>();
  #bytes = 0;
  /** Audits that may be chosen, and have not been. */
  #credit = 0;
  #closed = false;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** A hit was served. `opinion` is asked for where this one is drawn. */
  served(question: Question, hit: Hit, opinion: () => SecondOpinion): void {
    const drawn = this.#draw(hit);
    if (drawn === 'no') return;
    const chosen = opinion();
    this.#add({ question, hit, counts: drawn === 'sample', bytes: chosen.bytes, opinion: chosen });
  }

  /**
   * With `maxErrorRate` one half of the audits is a sample, and the other goes where it teaches most: to wordings that answer
   * again and rest on a likeness which nobody has looked at, since a wrong one of them is wrong each time. Only the sample
   * counts in the published share.
   */
  #draw({ phase, match }: Hit): 'sample' | 'choice' | 'no' {
    const { auditSampleRate, maxErrorRate } = this.#parts.settings();
    if (auditSampleRate === 0) return 'no';
    const half = maxErrorRate === undefined ? 0 : auditSampleRate / 2;
    this.#credit = Math.min(mostCredit, this.#credit + half);
    if (this.#parts.random() < auditSampleRate - half) return 'sample';
    if (match === undefined || this.#credit < (phase === 'fingerprint' ? 1 : creditForNews)) return 'no';
    this.#credit--;
    return 'choice';
  }

  /** The provider was asked although the cache had an answer: in shadow mode (`counts`), or because that was in doubt. */
  compare(question: Question, hit: Hit, fresh: Uint8Array, { counts }: { counts: boolean }): void {
    this.#add({ question, hit, counts, bytes: fresh.length, opinion: fresh });
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    for (const call of this.#running) call.abort();
  }

  #add(waiting: Waiting): void {
    if (this.#closed) return;
    if (this.#waiting.length >= mostWaiting || this.#bytes + waiting.bytes > mostBytes) {
      if (waiting.counts) this.#parts.observe(waiting.hit.phase, 'dropped');
      return;
    }
    this.#bytes += waiting.bytes;
    this.#waiting.push(waiting);
    this.#next();
  }

  #next(): void {
    while (this.#running.size < mostAtOnce) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const call = new AbortController();
      this.#running.add(call);
      void this.#judge(next, call.signal).finally(() => {
        this.#running.delete(call);
        this.#bytes -= next.bytes;
        this.#next();
      });
    }
  }

  /** Never rejects. */
  async #judge({ question, hit, counts, opinion }: Waiting, closed: AbortSignal): Promise<void> {
    const { observe, learn } = this.#parts;
    const told = (outcome: AuditOutcome, error?: unknown) => {
      if (counts) observe(hit.phase, outcome, error);
    };
    try {
      const signal = AbortSignal.any([closed, AbortSignal.timeout(deadline)]);
      const fresh = opinion instanceof Uint8Array ? opinion : await opinion.ask(signal);
      if (this.#closed) return;
      if (fresh === undefined) return told('failed');
      const outcome = await this.#compared(question, hit, fresh, signal);
      told(outcome);
      if (outcome === 'unjudged') return;
      learn(question, hit, outcome === 'same', counts);
      const isOther = hit.entry.id !== question.identity.id;
      if (outcome === 'different' && isOther && !(opinion instanceof Uint8Array)) opinion.keep();
    } catch (error) {
      if (!this.#closed) told('unjudged', error);
    }
  }

  async #compared(
    { asked }: Question,
    { entry }: Hit,
    fresh: Uint8Array,
    signal: AbortSignal,
  ): Promise<Comparison> {
    const calls = callsTools(entry.answer);
    // Which tool and with what is not compared: two calls may say the same in other words.
    if (calls || callsTools(fresh)) return calls && callsTools(fresh) ? 'unjudged' : 'different';
    const answers = { served: textOf(entry.answer), fresh: textOf(fresh) };
    const question = {
      entry: entry.id,
      model: entry.model,
      prompt: asked.text ?? null,
      stored: entry.text ?? null,
      ...answers,
    };
    return (
      (await askJudge(this.#parts.settings().judge, question, signal)) ??
      (await compareAnswers(answers, this.#parts.embedder))
    );
  }
}

/** Wordings that answer for the first time are chosen when there is more credit than those that answer again use up. */
const creditForNews = 10;
const mostCredit = 50;
/** Milliseconds for the provider and the judge together. */
const deadline = 60_000;
const mostAtOnce = 2;
const mostWaiting = 100;
const mostBytes = 16 * 1024 * 1024;
