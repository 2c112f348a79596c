import { unavailability } from '../stores/unavailable.ts';
import type { Entry } from './entry.ts';
import { type Gate, type Hit, hitOf, isInDoubt } from './hit.ts';
import type { Finding, Phase, PhaseName } from './phase.ts';
import { isTooOld, type Question } from './question.ts';

export interface Lookup {
  readonly hit: Hit | undefined;
  /** What would have answered, had it not been in doubt. */
  readonly doubted?: Hit | undefined;
  /** On a miss: the best candidate's similarity and why it was refused. */
  readonly best: number | undefined;
  readonly reason: string | undefined;
  /** What each phase that was asked found, in order. */
  readonly findings: readonly PhaseFinding[];
  /** Milliseconds from the first phase to the last. */
  readonly milliseconds: number;
}

export interface PhaseFinding {
  readonly phase: PhaseName;
  readonly finding: Finding;
}

/** What a lookup tells while it runs, one call per phase asked. */
export interface LookupObserver {
  asked(phase: PhaseName, outcome: 'hit' | 'miss' | 'error', milliseconds: number, finding: Finding): void;
  failed(phase: PhaseName, error: unknown): void;
}

/** What may keep an answer back that a phase has found. */
export interface Keepers {
  readonly gate?: Gate | undefined;
  /** Whether an entry answers nobody, though a phase may find it still. */
  readonly refused?: ((entry: string) => boolean) | undefined;
}

export interface LookupOptions extends Keepers {
  /** Called when a store is asked that takes long: what a miss will need of it can be asked for beside the lookup. */
  readonly slow?: (() => void) | undefined;
}

/**
 * Asks the phases in order and stops at the first hit, which is then promoted to the phases before it. What is kept back
 * counts as a miss of its phase.
 *
 * The one place that decides what a failure means: nothing. A phase that throws has missed; the request goes on.
 */
export async function lookUp(
  phases: readonly Phase[],
  question: Question,
  observer: LookupObserver,
  { gate, refused, slow }: LookupOptions = {},
): Promise<Lookup> {
  let doubted: Hit | undefined;
  let best: number | undefined;
  let reason: string | undefined;
  const findings: PhaseFinding[] = [];
  let storeAway = false;
  let hurried: Map<Phase, Promise<Finding>> | undefined;
  const begun = performance.now();
  for (const [i, phase] of phases.entries()) {
    const start = performance.now();
    let finding: Finding;
    try {
      const isAway = storeAway && phase.asksStore;
      const found = isAway ? awayToo : (hurried?.get(phase) ?? phase.find(question));
      if (phase.asksStore && !isAway && phases.some(({ hurries }) => hurries)) {
        hurried ??= hurry(phases.slice(i + 1), question);
        slow?.();
      }
      finding = found instanceof Promise ? await found : found;
    } catch (error) {
      const skipped = unavailability(error);
      if (skipped === undefined) {
        observer.asked(phase.name, 'error', performance.now() - start, {});
        observer.failed(phase.name, error);
        continue;
      }
      finding = { skipped };
      storeAway ||= skipped === 'store-unavailable';
    }
    if (finding.hit !== undefined && isTooOld(question, finding.hit)) {
      finding = { best: finding.similarity, refused: 'age' };
    }
    if (finding.hit !== undefined && refused?.(finding.hit.id)) {
      finding = { best: finding.similarity, refused: 'policy-refused' };
    }
    if (finding.hit !== undefined) {
      const hit = hitOf(phase.name, finding);
      if (isInDoubt(question, hit, doubted, gate)) {
        doubted ??= hit;
        finding = { best: hit.similarity, refused: 'error-rate' };
      }
    }
    const now = performance.now();
    observer.asked(phase.name, finding.hit ? 'hit' : 'miss', now - start, finding);
    findings.push({ phase: phase.name, finding });
    if (finding.hit !== undefined) {
      const { hit, cosine = 1, overlap } = finding;
      learn(phases.slice(0, i), question, hit, cosine, observer, overlap);
      return {
        hit: hitOf(phase.name, finding),
        doubted,
        best: undefined,
        reason: undefined,
        findings,
        milliseconds: now - begun,
      };
    }
    // The later phase knows more of the best candidate than the earlier one.
    best = finding.best ?? best;
    // Why the best candidate was refused says more than why a phase could not look.
    if (finding.refused !== undefined) reason = finding.refused;
    else reason ??= finding.skipped;
  }
  const milliseconds = performance.now() - begun;
  return { hit: undefined, doubted, best, reason, findings, milliseconds };
}

/** What a slow store will be asked it is asked at once; in order, and only as far as it is needed, each finding counts. */
function hurry(later: readonly Phase[], question: Question): Map<Phase, Promise<Finding>> {
  const hurried = new Map<Phase, Promise<Finding>>();
  for (const phase of later) {
    if (!phase.hurries) continue;
    const finding = (async () => await phase.find(question))();
    // Whoever waits for it hears of a failure; perhaps nobody does.
    finding.catch(() => {});
    hurried.set(phase, finding);
  }
  return hurried;
}

const awayToo: Finding = { skipped: 'store-unavailable' };

/** Lets the phases find this entry for this question from now on; `cosine` and `overlap` as in `Finding`. */
export function learn(
  phases: readonly Phase[],
  question: Question,
  entry: Entry,
  cosine: number,
  observer: LookupObserver,
  overlap?: number,
): void {
  for (const phase of phases) {
    try {
      const learnt = phase.learn?.(question, entry, cosine, overlap);
      if (learnt instanceof Promise) learnt.catch((error) => observer.failed(phase.name, error));
    } catch (error) {
      observer.failed(phase.name, error);
    }
  }
}
