/** What the heap needs to know of its members, and the place it keeps in each of them. */
export interface Expiring {
  readonly expiresAt: number;
  /** Owned by the heap: where the member stands in it. */
  place: number;
}

/**
 * The next to expire, found without a timer per entry and without walking over all of them: a binary heap in which every
 * member knows its place, so that one which leaves early leaves at once.
 */
export class ExpiryHeap<T extends Expiring> {
  readonly #heap: T[] = [];

  get first(): T | undefined {
    return this.#heap[0];
  }

  add(member: T): void {
    this.#heap.push(member);
    this.#rise(member, this.#heap.length - 1);
  }

  remove(member: T): void {
    const last = this.#heap.pop();
    if (last === undefined || last === member) return;
    const place = member.place;
    this.#rise(last, place);
    this.#sink(last, last.place);
  }

  #rise(member: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above] as T;
      if (parent.expiresAt <= member.expiresAt) break;
      this.#set(parent, place);
      place = above;
    }
    this.#set(member, place);
  }

  #sink(member: T, from: number): void {
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#heap.length) break;
      const right = this.#heap[below + 1];
      if (right !== undefined && right.expiresAt < (this.#heap[below] as T).expiresAt) below++;
      const child = this.#heap[below] as T;
      if (child.expiresAt >= member.expiresAt) break;
      this.#set(child, place);
      place = below;
    }
    this.#set(member, place);
  }

  #set(member: T, place: number): void {
    this.#heap[place] = member;
    member.place = place;
  }
}
