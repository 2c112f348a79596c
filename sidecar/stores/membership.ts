/** Which members carry a name: a tag, a source, a model, a partition. A name without members is forgotten. */
export class Membership<T> {
  readonly #members = new Map<string, { readonly name: string; readonly set: Set<T> }>();

  /** Answers the name as first seen, so that all members can share one string. */
  add(name: string, member: T): string {
    const known = this.#members.get(name);
    if (known !== undefined) {
      known.set.add(member);
      return known.name;
    }
    this.#members.set(name, { name, set: new Set([member]) });
    return name;
  }

  remove(name: string, member: T): void {
    const known = this.#members.get(name);
    if (known?.set.delete(member) && known.set.size === 0) this.#members.delete(name);
  }

  of(name: string): ReadonlySet<T> {
    return this.#members.get(name)?.set ?? new Set();
  }
}
