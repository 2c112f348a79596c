import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../kube/clock.ts';

export interface ObservationsOptions<Target, Finding> {
  /** Never fails: that something cannot be seen is a finding too. */
  readonly look: (target: Target) => Promise<Finding>;
  /** Told when a finding differs from the one before. */
  readonly onChange: (key: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  /** Looks at the same time, over all keys. */
  readonly most: number;
}

interface Subject<Target, Finding> {
  target: Target;
  everyMs: number;
  finding: Finding | undefined;
  cancel: () => void;
  due: number;
  looking: boolean;
}

/**
 * Looks at something outside the API server again and again, beside the reconciles: those take the last finding, so that
 * nobody who is slow or away ever holds one up.
 */
export class Observations<Target, Finding> {
  readonly #options: ObservationsOptions<Target, Finding>;
  readonly #subjects = new Map<string, Subject<Target, Finding>>();
  readonly #waiting: (() => void)[] = [];
  #looking = 0;

  constructor(options: ObservationsOptions<Target, Finding>) {
    this.#options = options;
  }

  /** The last finding. */
  get(key: string): Finding | undefined {
    return this.#subjects.get(key)?.finding;
  }

  /**
   * From now on looks every so often, for the first time after `firstMs`; at once when the target is another one, sooner
   * when it is to be more often.
   */
  want(key: string, target: Target, everyMs: number, firstMs = 0): void {
    const { clock } = this.#options;
    let subject = this.#subjects.get(key);
    if (subject === undefined) {
      subject = { target, everyMs, finding: undefined, cancel: () => {}, due: 0, looking: false };
      this.#subjects.set(key, subject);
      this.#schedule(key, subject, firstMs);
      return;
    }
    const same = isDeepStrictEqual(subject.target, target);
    subject.target = target;
    subject.everyMs = everyMs;
    if (subject.looking) return;
    const inMs = same ? everyMs : 0;
    if (clock.monotonic() + inMs < subject.due) this.#schedule(key, subject, inMs);
  }

  forget(key: string): void {
    this.#subjects.get(key)?.cancel();
    this.#subjects.delete(key);
  }

  close(): void {
    for (const key of [...this.#subjects.keys()]) this.forget(key);
  }

  #schedule(key: string, subject: Subject<Target, Finding>, inMs: number): void {
    const { clock, random } = this.#options;
    subject.cancel();
    const wait = inMs * (0.9 + random() / 5);
    subject.due = clock.monotonic() + wait;
    subject.cancel = clock.after(wait, () => void this.#look(key, subject));
  }

  async #look(key: string, subject: Subject<Target, Finding>): Promise<void> {
    subject.looking = true;
    await this.#turn();
    const { target } = subject;
    let changed = false;
    try {
      const finding = await this.#options.look(target);
      changed = !isDeepStrictEqual(finding, subject.finding);
      subject.finding = finding;
    } finally {
      subject.looking = false;
      this.#looking--;
      this.#waiting.shift()?.();
    }
    // Forgotten meanwhile, or replaced.
    if (this.#subjects.get(key) !== subject) return;
    this.#schedule(key, subject, subject.target === target ? subject.everyMs : 0);
    if (changed) this.#options.onChange(key);
  }

  async #turn(): Promise<void> {
    if (this.#looking >= this.#options.most) await new Promise<void>((go) => this.#waiting.push(go));
    this.#looking++;
  }
}
