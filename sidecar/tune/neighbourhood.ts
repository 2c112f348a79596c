import type { Labelled } from './sample.ts';

interface Near {
  readonly vector: Float32Array;
  readonly cosine: number;
}

/** Which texts of a scope lie near each other: every pair with at least that cosine, found once for all replays. */
export class Neighbourhood {
  readonly #vectors: ReadonlyMap<string, Float32Array>;
  readonly #near = new Map<string, Map<Float32Array, Near[]>>();

  /** `vectors`: unit vectors by text; a text without one is past the model's window, or has words that it does not know. */
  constructor(questions: readonly Labelled[], vectors: ReadonlyMap<string, Float32Array>, least: number) {
    this.#vectors = vectors;
    const texts = new Map<string, Set<Float32Array>>();
    for (const { scope, prompt } of questions) {
      const vector = vectors.get(prompt);
      if (vector !== undefined) texts.set(scope, (texts.get(scope) ?? new Set()).add(vector));
    }
    for (const [scope, inScope] of texts) this.#near.set(scope, nearPairs([...inScope], least));
  }

  vectorOf(text: string): Float32Array | undefined {
    return this.#vectors.get(text);
  }

  /** Best first, itself among them. */
  of(scope: string, vector: Float32Array): readonly Near[] {
    return this.#near.get(scope)?.get(vector) ?? [];
  }
}

function nearPairs(vectors: readonly Float32Array[], least: number): Map<Float32Array, Near[]> {
  const near = new Map(vectors.map((vector) => [vector, [{ vector, cosine: 1 }]]));
  for (const [at, one] of vectors.entries()) {
    for (let next = at + 1; next < vectors.length; next++) {
      const other = vectors[next] as Float32Array;
      let cosine = 0;
      for (let component = 0; component < one.length; component++)
        cosine += (one[component] as number) * (other[component] as number);
      if (cosine < least) continue;
      near.get(one)?.push({ vector: other, cosine });
      near.get(other)?.push({ vector: one, cosine });
    }
  }
  for (const list of near.values()) list.sort((a, b) => b.cosine - a.cosine);
  return near;
}
