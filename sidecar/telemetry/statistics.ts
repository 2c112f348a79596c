import type { Finding, PhaseName } from '../lookup/phase.ts';
import type { Verdict } from '../proxy/verdict.ts';
import type { AuditOutcome } from '../quality/audits.ts';

const phaseNames: readonly PhaseName[] = ['fingerprint', 'near-miss', 'exact', 'semantic'];

export interface PhaseCounts {
  lookups: number;
  hits: number;
  misses: number;
  /** The phase had no way to look: no model, a full queue, a text past the window. */
  bypasses: number;
  errors: number;
  tokensSaved: number;
  /** Candidates refused, by reason word. */
  refusals: Record<string, number>;
}

/**
 * The one place where the sidecar counts. `/stats`, `/metrics` and the summary line in the log read these numbers, so
 * they cannot disagree. Counting costs an addition.
 */
export class Statistics {
  readonly startedAt: number;
  readonly phases = Object.fromEntries(phaseNames.map((name) => [name, noCounts()])) as Record<
    PhaseName,
    PhaseCounts
  >;
  /** Requests on cached paths that are over, by what became of them. */
  readonly requests = { hit: 0, miss: 0, bypass: 0, collapsed: 0 };
  readonly bypasses: Record<string, number> = {};
  /** Calls to the provider on cached paths, by dialect. */
  readonly upstreamCalls: Record<string, number> = {};
  readonly unstored: Record<string, number> = {};
  /** Answers served past their end, by reason. */
  readonly stale: Record<string, number> = {};
  /** What became of the answers that the policy endpoint was to be told of. */
  readonly policy: Record<string, number> = {};
  /** Matches that the second model was asked about, by its verdict. */
  readonly verifications = { same: 0, different: 0, unverified: 0 };
  /** Rows of the decision log: written or about to be, dropped because too many waited, lost with a failure. */
  readonly decisions = { written: 0, dropped: 0, lost: 0 };
  readonly refreshes: Record<string, number> = {};
  /** Reports of users, by verdict. */
  readonly feedback: Record<string, number> = { wrong: 0, right: 0 };
  /** Answers that were compared with the provider's, by phase. */
  readonly audits = Object.fromEntries(phaseNames.map((name) => [name, noAudits()])) as Record<
    PhaseName,
    Record<AuditOutcome, number>
  >;
  /** In shadow mode: what the cache would have answered, by phase, and how much it would have saved. */
  readonly shadow = {
    hits: Object.fromEntries(phaseNames.map((name) => [name, 0])) as Record<PhaseName, number>,
    tokens: 0,
  };
  stored = 0;
  tokensSaved = 0;
  passedThrough = 0;
  /** Texts embedded or skipped, by outcome. */
  readonly embeddings: Record<string, number> = {};
  configurationsRejected = 0;
  /** The file as it is now, where it cannot be used: the beginning of its SHA-256, and the first thing that is wrong. */
  rejectedConfiguration:
    | { readonly hash: string | undefined; readonly fault: string | undefined }
    | undefined;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  asked(name: PhaseName, outcome: 'hit' | 'miss' | 'error', finding: Finding): void {
    const phase = this.phases[name];
    phase.lookups++;
    if (outcome === 'hit') phase.hits++;
    else if (outcome === 'error') phase.errors++;
    else {
      phase.misses++;
      if (finding.hit !== undefined) return;
      if (finding.skipped !== undefined) phase.bypasses++;
      if (finding.refused !== undefined) count(phase.refusals, finding.refused);
    }
  }

  answered({ phase, reason, wouldBe }: Verdict, tokensSaved: number): void {
    if (wouldBe !== undefined) {
      this.shadow.hits[wouldBe.phase]++;
      this.shadow.tokens += wouldBe.tokens;
    }
    if (phase === 'miss' || phase === 'collapsed' || phase === 'bypass') {
      this.requests[phase]++;
      if (phase === 'bypass') count(this.bypasses, reason ?? 'unknown');
      return;
    }
    this.requests.hit++;
    this.tokensSaved += tokensSaved;
    this.phases[phase].tokensSaved += tokensSaved;
  }
}

export function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** Of the requests that the cache was asked for; 0 before the first. Collapsed requests were neither hits nor misses. */
export function hitRatio({ hit, miss }: { hit: number; miss: number }): number {
  return hit + miss === 0 ? 0 : hit / (hit + miss);
}

const noAudits = (): Record<AuditOutcome, number> => ({
  same: 0,
  different: 0,
  unjudged: 0,
  failed: 0,
  dropped: 0,
});

const noCounts = (): PhaseCounts => ({
  lookups: 0,
  hits: 0,
  misses: 0,
  bypasses: 0,
  errors: 0,
  tokensSaved: 0,
  refusals: {},
});
