import { isNewer, type KubeObject, keyOf } from './object.ts';

export type Change<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'updated'; readonly object: T; readonly before: T }
  | { readonly type: 'deleted'; readonly object: T };

/**
 * The objects of one kind as last heard of. An object is its uid: one that was deleted and made again under the same name
 * while nobody listened is a deletion and an addition.
 */
export class Known<T extends KubeObject> {
  #objects = new Map<string, T>();

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  get size(): number {
    return this.#objects.size;
  }

  /** A complete list: what is not in it is gone. */
  replace(objects: readonly T[]): Change<T>[] {
    const listed = new Set(objects.map(keyOf));
    const left = [...this.#objects.keys()].filter((key) => !listed.has(key));
    return [...left.flatMap((key) => this.#remove(key)), ...objects.flatMap((object) => this.set(object))];
  }

  /** One object that is there now. */
  set(object: T): Change<T>[] {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    this.#objects.set(key, object);
    if (before === undefined) return [{ type: 'added', object }];
    if (before.metadata.uid !== object.metadata.uid) {
      return [
        { type: 'deleted', object: before },
        { type: 'added', object },
      ];
    }
    if (before.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    return [{ type: 'updated', object, before }];
  }

  /**
   * What a write has answered. Only of an object that is known: the watch may have told already that it is gone. And only
   * where it is newer: the watch may have told already what became of it since, and says nothing twice.
   */
  learn(object: T): void {
    const before = this.#objects.get(keyOf(object));
    if (before?.metadata.uid !== object.metadata.uid) return;
    if (before !== undefined && isNewer(object, before)) this.set(object);
  }

  /** One object that is there no more, unless another one has taken its name. */
  delete(object: T): Change<T>[] {
    const before = this.#objects.get(keyOf(object));
    return before?.metadata.uid === object.metadata.uid ? this.#remove(keyOf(object)) : [];
  }

  #remove(key: string): Change<T>[] {
    const object = this.#objects.get(key);
    if (object === undefined) return [];
    this.#objects.delete(key);
    return [{ type: 'deleted', object }];
  }
}
