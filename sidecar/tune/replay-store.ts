import type { Entry } from '../lookup/entry.ts';
import type { Neighbour, Store } from '../stores/store.ts';
import type { Neighbourhood } from './neighbourhood.ts';

/** What phases 3 and 4 ask of a store, with all cosines known beforehand: a sample is replayed dozens of times. */
export class ReplayStore implements Pick<Store, 'get' | 'alias' | 'nearest' | 'put' | 'touch'> {
  readonly #neighbourhood: Neighbourhood;
  readonly #byKey = new Map<string, Entry>();
  readonly #byId = new Map<string, Entry>();
  readonly #byVector = new Map<string, Map<Float32Array, Entry>>();

  constructor(neighbourhood: Neighbourhood) {
    this.#neighbourhood = neighbourhood;
  }

  async get(exactKey: string): Promise<Entry | undefined> {
    return this.#byKey.get(exactKey);
  }

  async alias(exactKey: string, id: string): Promise<void> {
    const entry = this.#byId.get(id);
    if (entry !== undefined && !this.#byKey.has(exactKey)) this.#byKey.set(exactKey, entry);
  }

  async put(entry: Entry): Promise<void> {
    this.#byKey.set(entry.exactKey, entry);
    this.#byId.set(entry.id, entry);
    if (entry.vector === undefined) return;
    const inScope = this.#byVector.get(entry.scope) ?? new Map<Float32Array, Entry>();
    this.#byVector.set(entry.scope, inScope.set(entry.vector, entry));
  }

  async nearest(scope: string, vector: Float32Array, count: number): Promise<Neighbour[]> {
    const inScope = this.#byVector.get(scope);
    const found: Neighbour[] = [];
    if (inScope === undefined) return found;
    for (const { vector: other, cosine } of this.#neighbourhood.of(scope, vector)) {
      const entry = inScope.get(other);
      if (entry !== undefined) found.push({ entry, similarity: cosine });
      if (found.length === count) break;
    }
    return found;
  }

  touch(): void {}
}
