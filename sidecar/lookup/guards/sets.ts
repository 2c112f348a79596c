/** Both sides have something that the other lacks: one thing was exchanged for another. */
export function exchanged<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return !subset(a, b) && !subset(b, a);
}

export function equal<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && subset(a, b);
}

export function subset<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  for (const each of a) if (!b.has(each)) return false;
  return true;
}

const nothing: ReadonlySet<never> = new Set();

/** A set of what is given; all empty ones are the same, since most texts name no unit and no date. */
export function setOf<T>(values: Iterable<T | undefined>): ReadonlySet<T> {
  let found: Set<T> | undefined;
  for (const value of values) if (value !== undefined) found = (found ?? new Set<T>()).add(value);
  return found ?? nothing;
}
