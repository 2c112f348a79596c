import { Arena } from './arena.ts';
import { Best } from './best.ts';
import type { GraphFactory } from './graph.ts';
import { loadGraphs } from './graph.ts';
import { Segment } from './segment.ts';
import { Slice } from './slices.ts';

/** One stored vector. `row` is negative once it is removed. */
export interface Slot<T> {
  readonly owner: T;
  readonly scope: Scope<T>;
  row: number;
  /** The segment it is indexed in, or undefined while it is found by scanning. */
  segment: Segment<T> | undefined;
  /** Its number in the segment, or its position in the scope's `flat`. */
  key: number;
}

/**
 * The vectors of one scope. Scopes share nothing but memory, so a neighbour of another scope cannot take a place in an
 * answer. Small scopes are scanned; in large ones the vectors move, in the background, from `flat` into segments, and a
 * lookup reads both. So storing costs no indexing time, and a vector is found from the moment it is stored.
 */
interface Scope<T> {
  readonly name: string;
  size: number;
  readonly flat: Slot<T>[];
  readonly segments: Segment<T>[];
}

export interface Found<T> {
  readonly owner: T;
  readonly similarity: number;
}

export class Vectors<T> {
  readonly #arena: Arena;
  readonly #scopes = new Map<string, Scope<T>>();
  /** Scopes that the background has something to do for. */
  readonly #work = new Set<Scope<T>>();
  readonly #load: () => Promise<GraphFactory>;
  readonly #unavailable: (error: unknown) => void;
  #graphs: GraphFactory | 'none' | 'loading' | undefined;
  /** Begins with what there is to do, where `spare` does not before. */
  #soon: NodeJS.Timeout | undefined;
  /** Goes on with it. */
  #next: NodeJS.Immediate | undefined;

  constructor(
    dimension: number,
    options: { load?: () => Promise<GraphFactory>; unavailable?: (error: unknown) => void } = {},
  ) {
    this.#arena = new Arena(dimension);
    this.#load = options.load ?? loadGraphs;
    this.#unavailable = options.unavailable ?? (() => {});
  }

  add(scopeName: string, vector: Float32Array, owner: T): Slot<T> {
    const unit = unitVector(vector, this.#arena.dimension);
    let scope = this.#scopes.get(scopeName);
    if (scope === undefined) {
      scope = { name: scopeName, size: 0, flat: [], segments: [] };
      this.#scopes.set(scopeName, scope);
    }
    const slot: Slot<T> = {
      owner,
      scope,
      row: this.#arena.add(unit),
      segment: undefined,
      key: scope.flat.length,
    };
    scope.flat.push(slot);
    scope.size++;
    this.#look(scope);
    return slot;
  }

  remove(slot: Slot<T>): void {
    const { scope } = slot;
    if (slot.segment === undefined) leaveFlat(slot);
    else slot.segment.remove(slot);
    this.#arena.release(slot.row);
    slot.row = -1;
    scope.size--;
    if (scope.size === 0) {
      this.#scopes.delete(scope.name);
      this.#work.delete(scope);
    } else this.#look(scope);
  }

  /** A copy: the row may hold another vector by the time the caller looks at it. */
  read(slot: Slot<T>): Float32Array {
    return this.#arena.read(slot.row);
  }

  /** @throws RangeError when the vector cannot be one of these. */
  check(vector: Float32Array): void {
    unitVector(vector, this.#arena.dimension);
  }

  async nearest(
    scopeName: string,
    vector: Float32Array,
    count: number,
    accept: (owner: T) => boolean,
  ): Promise<Found<T>[]> {
    const query = unitVector(vector, this.#arena.dimension);
    const scope = this.#scopes.get(scopeName);
    if (scope === undefined || count < 1) return [];
    const best = new Best<Slot<T>>(count + SPARE);
    let refused = 0;
    for (const segment of scope.segments)
      for (const slot of segment.search(query, count + SPARE)) {
        if (accept(slot.owner)) best.offer(slot, this.#arena.dot(slot.row, query));
        else refused++;
      }
    await this.#scan(scope.flat, query, accept, best);
    if (refused > 0 && best.items.length < count)
      for (const segment of [...scope.segments]) await this.#scan(segment.live(), query, accept, best);
    return best.items
      .filter(({ item }) => item.row >= 0 && accept(item.owner))
      .slice(0, count)
      .map(({ item, similarity }) => ({
        owner: item.owner,
        similarity: Math.max(-1, Math.min(1, similarity)),
      }));
  }

  /** Nobody waits for this thread now: takes up to a slice of what there is to do, unless it is at it already. */
  spare(): void {
    if (this.#soon === undefined) return;
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#run();
  }

  get bytes(): number {
    let bytes = this.#arena.bytes;
    for (const scope of this.#scopes.values()) {
      bytes += SCOPE_BYTES + scope.size * SLOT_BYTES;
      for (const segment of scope.segments) bytes += segment.bytes(this.#arena.dimension);
    }
    return bytes;
  }

  /** How many vectors are still found by scanning although their scope is large. */
  get waiting(): number {
    let waiting = 0;
    for (const scope of this.#work) waiting += scope.flat.length;
    return waiting;
  }

  close(): void {
    clearTimeout(this.#soon);
    clearImmediate(this.#next);
    this.#work.clear();
    this.#scopes.clear();
  }

  /** A long list is copied first: while the scan pauses, slots come and go, and move from `flat` to a segment. */
  async #scan(
    slots: readonly Slot<T>[],
    query: Float32Array,
    accept: (owner: T) => boolean,
    best: Best<Slot<T>>,
  ): Promise<void> {
    if (slots.length <= ROWS_BETWEEN_LOOKS)
      return this.#scanRange(slots, 0, slots.length, query, accept, best);
    const copy = [...slots];
    const slice = new Slice();
    for (let from = 0; from < copy.length; from += ROWS_BETWEEN_LOOKS) {
      this.#scanRange(copy, from, Math.min(copy.length, from + ROWS_BETWEEN_LOOKS), query, accept, best);
      await slice.pause();
    }
  }

  #scanRange(
    slots: readonly Slot<T>[],
    from: number,
    to: number,
    query: Float32Array,
    accept: (owner: T) => boolean,
    best: Best<Slot<T>>,
  ): void {
    for (let index = from; index < to; index++) {
      const slot = slots[index] as Slot<T>;
      if (slot.row >= 0 && accept(slot.owner)) best.offer(slot, this.#arena.dot(slot.row, query));
    }
  }

  /** Called at every change; asks the background for help only when there is something to do. */
  #look(scope: Scope<T>): void {
    if (this.#graphs === 'none') return;
    if (scope.segments.length === 0 && scope.flat.length < CROSSOVER) return;
    this.#work.add(scope);
    this.#schedule();
  }

  /** Not at once: whoever has just stored often asks again, and goes first. */
  #schedule(): void {
    if (this.#graphs === 'loading' || this.#soon !== undefined || this.#next !== undefined) return;
    if (this.#graphs === undefined) {
      this.#graphs = 'loading';
      this.#load().then(
        (graphs) => {
          this.#graphs = graphs;
          this.#schedule();
        },
        (error: unknown) => {
          this.#graphs = 'none';
          this.#work.clear();
          this.#unavailable(error);
        },
      );
      return;
    }
    this.#soon = setTimeout(() => this.spare(), REST_MILLISECONDS).unref();
  }

  #run(): void {
    const slice = new Slice();
    for (const scope of this.#work) {
      while (!slice.over && this.#step(scope));
      if (slice.over) break;
      this.#work.delete(scope);
    }
    if (this.#work.size === 0) return;
    this.#next = setImmediate(() => {
      this.#next = undefined;
      this.#run();
    }).unref();
  }

  /** One small piece of indexing; false when nothing is left to do for this scope. */
  #step(scope: Scope<T>): boolean {
    if (typeof this.#graphs !== 'function' || scope.size === 0) return false;
    const empty = scope.segments.findIndex((segment) => segment.size === 0);
    if (empty >= 0) {
      scope.segments.splice(empty, 1);
      return true;
    }
    if (scope.size < CROSSOVER / 2) return this.#dissolve(scope);
    const pending = scope.flat.at(-1);
    if (pending !== undefined) {
      leaveFlat(pending);
      this.#index(scope, pending);
      return true;
    }
    for (const segment of scope.segments) {
      if (segment.bury()) return true;
      const leftover = segment.full && segment.sparse ? segment.any() : undefined;
      if (leftover === undefined) continue;
      segment.remove(leftover);
      this.#index(scope, leftover);
      return true;
    }
    return false;
  }

  #index(scope: Scope<T>, slot: Slot<T>): void {
    let segment = scope.segments.at(-1);
    if (segment === undefined || segment.full) {
      segment = new Segment((this.#graphs as GraphFactory)(this.#arena.dimension));
      scope.segments.push(segment);
    }
    segment.add(slot, this.#arena.read(slot.row));
  }

  /** A scope that has become small is scanned again. */
  #dissolve(scope: Scope<T>): boolean {
    for (const segment of scope.segments.splice(0))
      for (const slot of segment.live()) {
        slot.segment = undefined;
        slot.key = scope.flat.length;
        scope.flat.push(slot);
      }
    return false;
  }
}

/** The last of the list takes the place that becomes free. */
function leaveFlat<T>(slot: Slot<T>): void {
  const { flat } = slot.scope;
  const last = flat.pop() as Slot<T>;
  if (last === slot) return;
  flat[slot.key] = last;
  last.key = slot.key;
}

/**
 * The vector itself where it has unit length already, so that a dot product is the cosine.
 * @throws RangeError for a wrong length, a component that is not finite, and a vector without a direction.
 */
export function unitVector(vector: Float32Array, dimension: number): Float32Array {
  if (vector.length !== dimension)
    throw new RangeError(`expected a vector of ${dimension} components, got ${vector.length}`);
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += (vector[i] as number) ** 2;
  if (!Number.isFinite(square)) throw new RangeError('a component of the vector is not finite');
  if (square === 0) throw new RangeError('the vector has no direction: all components are zero');
  if (Math.abs(square - 1) < 1e-6) return vector;
  const length = Math.sqrt(square);
  return vector.map((component) => component / length);
}

/** From this many vectors on a scope is indexed: a scan of so many takes as long as a search of the graph and its overhead. */
const CROSSOVER = 512;
/** Candidates beyond those asked for, because eight bits order near-equals differently and some may have expired. */
const SPARE = 16;
const ROWS_BETWEEN_LOOKS = 2048;
/** Few enough vectors come in it that scanning them takes microseconds. */
const REST_MILLISECONDS = 10;
const SCOPE_BYTES = 400;
const SLOT_BYTES = 72;
