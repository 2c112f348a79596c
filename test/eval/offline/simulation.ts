import type { Rule } from '../../../sidecar/cacheability/rule.ts';
import type { Guard } from '../../../sidecar/lookup/guards/guard.ts';
import { type Reading, read } from '../../../sidecar/lookup/guards/reading.ts';
import { NearMissIndex } from '../../../sidecar/lookup/near-miss-index.ts';
import { overlap } from '../../../sidecar/lookup/overlap.ts';
import { type Signature, signature } from '../../../sidecar/lookup/signature.ts';

export interface Pair {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly kind: string;
}

export interface Request {
  readonly i: number;
  readonly intent: string;
  readonly prompt: string;
}

export interface Decision {
  readonly id?: string;
  readonly i?: number;
  readonly hit: boolean;
  readonly match?: number;
  readonly phase?: string;
  readonly score?: number;
  /** Why the best candidate was refused. */
  readonly reason?: string;
}

export interface Policy {
  readonly threshold: number;
  readonly overlap: number;
  /** Whether the text of a promoted hit is found by near-misses too, or by its equals only. */
  readonly aliasInNearMiss: boolean;
  readonly guards: readonly Guard[];
  /** What keeps a text out of the cache. */
  readonly rules: readonly Rule[];
}

/** A text under which an answer is found, and the request that the answer was stored for. */
interface Known {
  readonly text: string;
  readonly signature: Signature | undefined;
  readonly stored: number;
  readonly storedText: string;
}

/** How many neighbours phase 4 looks at. */
const neighbours = 5;

/** The four phases over texts and their vectors, as the sidecar runs them, in one scope. */
export class Simulation {
  readonly #vectors: ReadonlyMap<string, Float32Array>;
  readonly #policy: Policy;
  readonly #readings = new Map<string, Reading>();
  readonly #signatures = new Map<string, Signature | undefined>();

  constructor(vectors: ReadonlyMap<string, Float32Array>, policy: Policy) {
    this.#vectors = vectors;
    this.#policy = policy;
  }

  pair({ id, a, b }: Pair): Decision {
    const [, decision] = this.stream([
      { i: 0, intent: '', prompt: a },
      { i: 1, intent: '', prompt: b },
    ]);
    const { hit, phase, score, reason } = decision!;
    return { id, hit, ...(phase && { phase }), ...(score && { score }), ...(reason && { reason }) };
  }

  stream(requests: readonly Request[]): Decision[] {
    const exact = new Map<string, number>();
    const fingerprints = new Map<string, Known>();
    const index = new NearMissIndex<Known>();
    const semantic: { readonly vector: Float32Array; readonly known: Known }[] = [];
    const decisions: Decision[] = [];

    for (const { i, prompt } of requests) {
      const excluded = this.#policy.rules.find((rule) => rule.matches(prompt))?.reason;
      if (excluded !== undefined) {
        decisions.push({ i, hit: false, reason: excluded });
        continue;
      }
      const signed = this.#sign(prompt);
      let reason: string | undefined;
      const decision = ((): Decision | undefined => {
        const fingerprint = signed && fingerprints.get(signed.key);
        if (fingerprint !== undefined)
          return { i, hit: true, match: fingerprint.stored, phase: 'P1', score: 1 };
        const near = signed && this.#nearest(index, signed, prompt);
        if (near !== undefined) return this.#promote(near, 'P2', i, prompt, signed, fingerprints, index);
        const same = exact.get(prompt);
        if (same !== undefined) return { i, hit: true, match: same, phase: 'P3', score: 1 };
        const vector = this.#vectors.get(prompt);
        if (vector === undefined) return undefined;
        for (const candidate of this.#neighbours(semantic, vector)) {
          const refused = this.#refused(prompt, candidate.known);
          if (refused === undefined)
            return this.#promote(candidate, 'P4', i, prompt, signed, fingerprints, index);
          reason ??= refused;
        }
        return undefined;
      })();
      decisions.push(decision ?? { i, hit: false, ...(reason && { reason }) });
      if (decision !== undefined) continue;
      const known = { text: prompt, signature: signed, stored: i, storedText: prompt };
      exact.set(prompt, i);
      if (signed !== undefined) {
        fingerprints.set(signed.key, known);
        index.add('', signed, known);
      }
      const vector = this.#vectors.get(prompt);
      if (vector !== undefined) semantic.push({ vector, known });
    }
    return decisions;
  }

  /** A hit of a later phase is a fingerprint hit from now on. */
  #promote(
    { known, score }: { readonly known: Known; readonly score: number },
    phase: string,
    i: number,
    prompt: string,
    signed: Signature | undefined,
    fingerprints: Map<string, Known>,
    index: NearMissIndex<Known>,
  ): Decision {
    if (signed !== undefined) {
      const alias = { ...known, text: prompt, signature: signed };
      fingerprints.set(signed.key, alias);
      if (this.#policy.aliasInNearMiss) index.add('', signed, alias);
    }
    return { i, hit: true, match: known.stored, phase, score };
  }

  #nearest(
    index: NearMissIndex<Known>,
    signed: Signature,
    prompt: string,
  ): { known: Known; score: number } | undefined {
    let best: { known: Known; score: number } | undefined;
    for (const known of index.candidates('', signed)) {
      const score = overlap(signed, known.signature!);
      if (score < this.#policy.overlap || (best !== undefined && score <= best.score)) continue;
      if (this.#refused(prompt, known) === undefined) best = { known, score };
    }
    return best;
  }

  #neighbours(
    semantic: readonly { readonly vector: Float32Array; readonly known: Known }[],
    vector: Float32Array,
  ): { known: Known; score: number }[] {
    const found: { known: Known; score: number }[] = [];
    for (const { vector: other, known } of semantic) {
      let score = 0;
      for (let at = 0; at < other.length; at++) score += vector[at]! * other[at]!;
      if (score >= this.#policy.threshold) found.push({ known, score });
    }
    return found.sort((a, b) => b.score - a.score).slice(0, neighbours);
  }

  /** Both texts are judged: the one that was found, and the one that the answer was given to. */
  #refused(prompt: string, { text, storedText }: Known): string | undefined {
    const asked = this.#read(prompt);
    for (const other of new Set([text, storedText])) {
      const stored = this.#read(other);
      for (const guard of this.#policy.guards) if (guard.refuses(asked, stored)) return guard.reason;
    }
    return undefined;
  }

  #read(text: string): Reading {
    const reading = this.#readings.get(text) ?? read(text);
    this.#readings.set(text, reading);
    return reading;
  }

  #sign(text: string): Signature | undefined {
    if (!this.#signatures.has(text)) this.#signatures.set(text, signature(text));
    return this.#signatures.get(text);
  }
}
