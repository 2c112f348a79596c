/** Texts of the Common Expression Language, as the API server evaluates it (the environment of Kubernetes 1.32). */

/** A text literal. */
export const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export const texts = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;

/**
 * A JSON value as a literal; a text that is one of `holes` stands for an expression. Every member is `dyn`, because a literal
 * must else have members of one type.
 */
export function literal(value: unknown, holes: ReadonlyMap<string, string> = new Map()): string {
  if (typeof value === 'string') return holes.get(value) ?? text(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((each) => literal(each, holes)).join(', ')}]`;
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`expected JSON, found ${String(value)}`);
  const members = Object.entries(value).map(
    ([name, member]) => `${text(name)}: dyn(${literal(member, holes)})`,
  );
  return `{${members.join(', ')}}`;
}

/** A named expression of a policy; those after it may use it as `variables.name`. */
export interface Variable {
  readonly name: string;
  readonly expression: string;
}
