import type { Signature } from './signature.ts';

/** Finds the signatures that may overlap with one, at a cost that does not grow with the number of entries. */
export class NearMissIndex<Value> {
  readonly #values = new Map<string, Set<Value>>();

  add(scope: string, signature: Signature, value: Value): void {
    const key = `${scope} ${signature.key}`;
    const values = this.#values.get(key) ?? new Set();
    this.#values.set(key, values.add(value));
  }

  delete(scope: string, signature: Signature, value: Value): void {
    this.#values.get(`${scope} ${signature.key}`)?.delete(value);
  }

  candidates(scope: string, signature: Signature): Iterable<Value> {
    return this.#values.get(`${scope} ${signature.key}`) ?? [];
  }
}
