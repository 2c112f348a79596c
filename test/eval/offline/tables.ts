import { guards } from '../../../sidecar/lookup/guards/index.ts';
import { type Reading, read } from '../../../sidecar/lookup/guards/reading.ts';
import { NearMissIndex } from '../../../sidecar/lookup/near-miss-index.ts';
import { overlap } from '../../../sidecar/lookup/overlap.ts';
import { type Signature, signature } from '../../../sidecar/lookup/signature.ts';

/** A text by its number in the tables. */
export type TextId = number;

export interface Neighbour {
  readonly text: TextId;
  readonly similarity: number;
}

/**
 * All that the phases would find out about the texts of a stream, found out once: so a hundred orders of it run in seconds.
 */
export class Tables {
  readonly #texts: readonly string[];
  readonly #ids: ReadonlyMap<string, TextId>;
  readonly #signatures: readonly (Signature | undefined)[];
  readonly #readings: (Reading | undefined)[] = [];
  readonly #refusals = new Map<number, number>();
  readonly #semantic: readonly (readonly Neighbour[])[];
  readonly #nearMisses: readonly (readonly Neighbour[])[];

  constructor(
    texts: Iterable<string>,
    vectors: ReadonlyMap<string, Float32Array>,
    options: { readonly leastSimilarity: number; readonly leastOverlap: number },
  ) {
    this.#texts = [...new Set(texts)];
    this.#ids = new Map(this.#texts.map((text, id) => [text, id]));
    this.#signatures = this.#texts.map((text) => signature(text));
    this.#semantic = this.#findSemantic(vectors, options.leastSimilarity);
    this.#nearMisses = this.#findNearMisses(options.leastOverlap);
  }

  id(text: string): TextId {
    const id = this.#ids.get(text);
    if (id === undefined) throw new RangeError(`no such text in the tables: ${text}`);
    return id;
  }

  text(id: TextId): string {
    return this.#texts[id] as string;
  }

  /** Equal for texts of one signature. */
  signatureKey(id: TextId): string | undefined {
    return this.#signatures[id]?.key;
  }

  /** Best first. */
  semantic(id: TextId): readonly Neighbour[] {
    return this.#semantic[id] as readonly Neighbour[];
  }

  nearMisses(id: TextId): readonly Neighbour[] {
    return this.#nearMisses[id] as readonly Neighbour[];
  }

  /** Which of all guards refuse: a bit for each, in their order. */
  refusals(asked: TextId, stored: TextId): number {
    if (asked === stored) return 0;
    const key = asked * this.#texts.length + stored;
    let refusing = this.#refusals.get(key);
    if (refusing === undefined) {
      refusing = refusals(this.#reading(asked), this.#reading(stored));
      this.#refusals.set(key, refusing);
    }
    return refusing;
  }

  #reading(id: TextId): Reading {
    this.#readings[id] ??= read(this.text(id));
    return this.#readings[id];
  }

  #findSemantic(vectors: ReadonlyMap<string, Float32Array>, least: number): Neighbour[][] {
    const found: Neighbour[][] = this.#texts.map(() => []);
    const rows = this.#texts.map((text) => vectors.get(text));
    for (const [a, row] of rows.entries()) {
      if (row === undefined) continue;
      for (let b = a + 1; b < rows.length; b++) {
        const other = rows[b];
        if (other === undefined) continue;
        let similarity = 0;
        for (let at = 0; at < row.length; at++) similarity += (row[at] as number) * (other[at] as number);
        if (similarity < least) continue;
        found[a]?.push({ text: b, similarity });
        found[b]?.push({ text: a, similarity });
      }
    }
    for (const each of found) each.sort((a, b) => b.similarity - a.similarity);
    return found;
  }

  #findNearMisses(least: number): Neighbour[][] {
    const index = new NearMissIndex<{ readonly text: TextId; readonly signature: Signature }>();
    for (const [text, signed] of this.#signatures.entries())
      if (signed !== undefined) index.add('', signed, { text, signature: signed });
    return this.#signatures.map((signed, asked) => {
      if (signed === undefined) return [];
      const found: Neighbour[] = [];
      for (const { text, signature } of index.candidates('', signed)) {
        const similarity = overlap(signed, signature);
        if (text !== asked && similarity >= least) found.push({ text, similarity });
      }
      return found.sort((a, b) => b.similarity - a.similarity);
    });
  }
}

/** All guards are asked, not only up to the first that refuses. */
export function refusals(asked: Reading, stored: Reading): number {
  let refusing = 0;
  for (const [at, each] of guards.entries()) if (each.refuses(asked, stored)) refusing |= 1 << at;
  return refusing;
}

export const allGuards = 2 ** guards.length - 1;
