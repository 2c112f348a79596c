import type { Graph } from './graph.ts';
import type { Slot } from './vectors.ts';

/**
 * A graph that only grows until it is full and only shrinks afterwards, because the graph loses its way when places are used
 * again (see graph.ts). What is left of a sparse segment moves into the newest one.
 */
export class Segment<T> {
  readonly #graph: Graph;
  /** By key; undefined where the vector has left. */
  readonly #slots: (Slot<T> | undefined)[] = [];
  /** Keys that have left but are still in the graph. */
  readonly #dead: number[] = [];
  #size = 0;
  /** All keys below it have left: where `any` goes on looking. */
  #lowest = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes no more. Once true it stays true, because only an addition could undo it. */
  get full(): boolean {
    return this.#slots.length >= CAPACITY || (this.#slots.length >= WORTH_LEAVING && this.sparse);
  }

  get sparse(): boolean {
    return this.#size < this.#slots.length / 2;
  }

  add(slot: Slot<T>, vector: Float32Array): void {
    slot.segment = this;
    slot.key = this.#slots.length;
    this.#graph.add(slot.key, vector);
    this.#slots.push(slot);
    this.#size++;
  }

  remove(slot: Slot<T>): void {
    this.#slots[slot.key] = undefined;
    this.#dead.push(slot.key);
    this.#size--;
  }

  /** Takes one of those that have left out of the graph, when that is safe; false when there is nothing to do. */
  bury(): boolean {
    if (!this.full) return false;
    const key = this.#dead.pop();
    if (key === undefined) return false;
    this.#graph.remove(key);
    return true;
  }

  /** Nearest first, approximately. Those that have left take places in the graph's answer, so more are asked for. */
  search(query: Float32Array, count: number): Slot<T>[] {
    if (this.#size === 0) return [];
    const generous = count + Math.min(this.#dead.length, count);
    const found = this.#found(query, generous);
    if (found.length >= Math.min(count, this.#size) || this.#dead.length <= count) return found;
    return this.#found(query, count + this.#dead.length);
  }

  live(): Slot<T>[] {
    return this.#slots.filter((slot) => slot !== undefined);
  }

  any(): Slot<T> | undefined {
    while (this.#lowest < this.#slots.length) {
      const slot = this.#slots[this.#lowest];
      if (slot !== undefined) return slot;
      this.#lowest++;
    }
    return undefined;
  }

  bytes(dimension: number): number {
    return this.#slots.length * (dimension + NODE_BYTES);
  }

  #found(query: Float32Array, count: number): Slot<T>[] {
    const found: Slot<T>[] = [];
    for (const key of this.#graph.search(query, count)) {
      const slot = this.#slots[key];
      if (slot !== undefined) found.push(slot);
    }
    return found;
  }
}

/**
 * Large enough that 100,000 vectors are seven searches, small enough that growing the graph (which the library does by
 * doubling, in one call) holds the event loop for a few milliseconds only.
 */
const CAPACITY = 16_384;
/** Below this size an open segment may be sparse: there is little to win. */
const WORTH_LEAVING = 1024;
/** What the graph keeps for a vector beside its components: neighbours, key, lookup. */
const NODE_BYTES = 350;
