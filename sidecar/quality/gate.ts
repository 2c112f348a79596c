import { LRUCache } from 'lru-cache';
import { acceptableRisk, deviationsOf } from './bound.ts';
import { type Curve, posterior, prior, risk } from './curve.ts';
import { Evidence, keyOf, observations } from './evidence.ts';
import { type Label, type Match, type MatchKind, scopeOf } from './label.ts';

export interface GateSettings {
  /** In (0, 0.5]; undefined: nothing is in doubt. */
  readonly maxErrorRate: number | undefined;
  /** In [0.5, 1). */
  readonly errorConfidence: number;
}

export interface GateParts {
  readonly settings: () => GateSettings;
  readonly clock: () => number;
}

/**
 * Decides whether an answer that threshold and guards let through may be given, so that the share of wrong hits stays below
 * `maxErrorRate`. It learns one curve for each scope and kind of match. A scope of which little is known begins with what
 * all others taught, and at the very beginning with a guess that is rather too cautious. See docs/quality.md.
 */
export class Gate {
  readonly #parts: GateParts;
  readonly #evidence = new Evidence();
  readonly #curves = new LRUCache<string, Fitted>({ max: mostScopes });
  readonly #ledgers = new LRUCache<string, Ledger>({ max: mostScopes });
  readonly #everywhere = new Ledger(longHistory);
  #deviations = { confidence: 0, deviations: 0 };

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  add(label: Label): void {
    this.#evidence.add(label);
  }

  /** A hit that does not rest on likeness. */
  sure(scope: string): void {
    if (this.#parts.settings().maxErrorRate === undefined) return;
    this.#ledgerOf(scopeOf(scope)).sure++;
    this.#everywhere.sure++;
  }

  /** Whether the provider had better be asked. */
  doubts(scope: string, entry: string, match: Match): boolean {
    const { maxErrorRate } = this.#parts.settings();
    if (maxErrorRate === undefined) return false;
    const name = scopeOf(scope);
    const own = this.#ledgerOf(name);
    const common = this.#risk(name, match);
    own.add(match);
    this.#everywhere.add(match);
    return this.#riskOf(name, entry, match, common) > this.#acceptable(name, own, maxErrorRate);
  }

  /**
   * What was learned, by scope: the ones with most labels first. Hashes and figures only. `threshold` is the similarity from
   * which answers are given now; null where none would be.
   */
  report(): LearnedReport {
    const { maxErrorRate } = this.#parts.settings();
    return {
      maxErrorRate,
      scopes: this.#evidence
        .scopes()
        .slice(0, mostReported)
        .map((scope) => this.#reportOf(scope)),
    };
  }

  #reportOf(scope: string): LearnedScope {
    const { maxErrorRate } = this.#parts.settings();
    const bound =
      maxErrorRate === undefined ? undefined : this.#acceptable(scope, this.#ledgerOf(scope), maxErrorRate);
    const about = (kind: MatchKind) => {
      const labels = this.#evidence.of(keyOf(scope, kind));
      const counts = { labels: labels.length, wrong: labels.filter(({ right }) => !right).length };
      if (bound === undefined) return counts;
      const threshold = similarities.find((similarity) => this.#risk(scope, { kind, similarity }) <= bound);
      return { ...counts, threshold: threshold ?? null };
    };
    return { scope, semantic: about('semantic'), 'near-miss': about('near-miss') };
  }

  #acceptable(scope: string, own: Ledger, maxErrorRate: number): number {
    const ledger = own.size >= enoughDecisions ? own : this.#everywhere;
    return ledger.acceptable(maxErrorRate, (match) => this.#risk(scope, match));
  }

  #ledgerOf(scope: string): Ledger {
    const known = this.#ledgers.get(scope);
    if (known !== undefined) return known;
    const ledger = new Ledger(history);
    this.#ledgers.set(scope, ledger);
    return ledger;
  }

  #risk(scope: string, { kind, similarity }: Match): number {
    return risk(this.#curve(scope, kind), similarity, this.#deviationsNow());
  }

  /** An entry with evidence of its own is judged by that too: each label of its own says more of it than one of another. */
  #riskOf(scope: string, entry: string, match: Match, common: number): number {
    const own = this.#evidence.of(keyOf(scope, match.kind)).filter((label) => label.entry === entry);
    if (own.length === 0) return common;
    const seen = observations(own, this.#parts.clock()).map((each) => ({
      ...each,
      weight: ownWeight * each.weight,
    }));
    return risk(posterior(this.#curve(scope, match.kind), seen), match.similarity, this.#deviationsNow());
  }

  #curve(scope: string | undefined, kind: MatchKind): Curve {
    const key = keyOf(scope, kind);
    const labels = this.#evidence.of(key);
    const revision = this.#evidence.revision(key);
    const begins = this.#beginning(scope, kind, labels);
    const known = this.#curves.get(key);
    if (known !== undefined && known.revision === revision && known.begins === begins) return known.curve;
    const curve = posterior(begins, observations(labels, this.#parts.clock()));
    this.#curves.set(key, { curve, revision, begins });
    return curve;
  }

  /** Before a scope speaks for itself: the level of all scopes together, as unsure of this one as of any. */
  #beginning(scope: string | undefined, kind: MatchKind, own: readonly Label[]): Curve {
    const guess = guesses[kind];
    if (scope === undefined || own.length >= enoughLabels) return guess;
    const common = this.#evidence.of(keyOf(undefined, kind));
    const audited = own.filter(({ reported }) => !reported);
    if (common.length - audited.length < enoughLabels) return guess;
    const key = `begin ${kind}`;
    const taught = this.#curve(undefined, kind);
    const known = this.#curves.get(key);
    if (known !== undefined && known.begins === taught) return known.curve;
    const curve = { ...guess, level: taught.level, slope: taught.slope };
    this.#curves.set(key, { curve, revision: 0, begins: taught });
    return curve;
  }

  #deviationsNow(): number {
    const { errorConfidence } = this.#parts.settings();
    if (this.#deviations.confidence !== errorConfidence)
      this.#deviations = { confidence: errorConfidence, deviations: deviationsOf(errorConfidence) };
    return this.#deviations.deviations;
  }
}

export interface LearnedReport {
  readonly maxErrorRate: number | undefined;
  readonly scopes: readonly LearnedScope[];
}

export type LearnedScope = { readonly scope: string } & Readonly<Record<MatchKind, LearnedKind>>;

export interface LearnedKind {
  readonly labels: number;
  readonly wrong: number;
  /** Absent without `maxErrorRate`. */
  readonly threshold?: number | null;
}

interface Fitted {
  readonly curve: Curve;
  readonly revision: number;
  readonly begins: Curve;
}

/** The recent hits and would-be hits of a scope. */
class Ledger {
  /** Fades with the candidates, so that both are of the same time. */
  sure = 0;
  readonly #matches: Match[] = [];
  readonly #most: number;
  #bound: { readonly value: number; readonly maxErrorRate: number } | undefined;
  #decisions = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#matches.length;
  }

  add(match: Match): void {
    this.#matches.push(match);
    this.#decisions++;
    if (this.#matches.length <= this.#most) return;
    this.#matches.shift();
    this.sure *= 1 - 1 / this.#most;
  }

  /** Looked at anew for each of the first decisions, then for each tenth. */
  acceptable(maxErrorRate: number, riskOf: (match: Match) => number): number {
    const isFresh = this.#bound?.maxErrorRate === maxErrorRate;
    if (this.#bound !== undefined && isFresh && this.#matches.length > 50 && this.#decisions % 10 !== 0)
      return this.#bound.value;
    const value = acceptableRisk(this.#matches.map(riskOf), this.sure, maxErrorRate);
    this.#bound = { value, maxErrorRate };
    return value;
  }
}

/**
 * Where nothing is known: past the guards, plain support chat was wrong in 0.3 % of the hits at 0.90, parametric questions in
 * 10 %. The guess has its middle between them and its edge beyond the latter.
 */
const guesses: Readonly<Record<MatchKind, Curve>> = {
  semantic: prior(5, 1.5, { level: 1.2, slope: 1 }),
  'near-miss': prior(6, 1, { level: 1, slope: 0.5 }),
};
/** At which a report looks: 0.700, 0.705, … 1. */
const similarities = Array.from({ length: 61 }, (_, step) => (700 + 5 * step) / 1_000);
const ownWeight = 4;
const enoughLabels = 20;
const enoughDecisions = 30;
const mostScopes = 1_000;
const mostReported = 20;
/** Candidates that a ledger remembers. */
const history = 300;
const longHistory = 500;
