import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { allowed, expected } from './expected.ts';
import { found, foundSecret, oneLine } from './found.ts';
import { nearest } from './nearest.ts';
import { fields, type Node, type Path } from './node.ts';

/** Where a field stands in what the user wrote: `fourfold.yaml:3 threshold`, or `FOURFOLD_THRESHOLD`. */
export type Place = (path: Path) => string;

/** Every fault of a value, one line each, in the order in which the value has them. */
export function check(node: Node, value: unknown, place: Place, path: Path = []): string[] {
  if (node.properties !== undefined) return checkGroup(node, node.properties, value, place, path);
  if (node.items !== undefined && Array.isArray(value)) {
    const items = value.flatMap((item, index) =>
      check(node.items as Node, item, place, [...path, String(index)]),
    );
    if (items.length > 0) return items;
  }
  if (Value.Check(node as TSchema, value)) return [];
  return [
    `${place(path)}: expected ${expected(node, value)}, found ${(node.secret ? foundSecret : found)(value)}`,
  ];
}

function checkGroup(
  node: Node,
  properties: Readonly<Record<string, Node>>,
  value: unknown,
  place: Place,
  path: Path,
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${place(path)}: expected ${expected(node, value)}, found ${found(value)}`];
  }
  const faults = Object.entries(value).flatMap(([name, child]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known !== undefined) return child === undefined ? [] : check(known, child, place, [...path, name]);
    return [`${place([...path, name])}: unknown field, ${hint(name, path, Object.keys(properties))}`];
  });
  const missing = (node.required ?? []).filter(
    (name) => (value as Record<string, unknown>)[name] === undefined,
  );
  return [
    ...faults,
    ...missing.map(
      (name) => `${place(path)}: expected ${name}, ${allowed(properties[name] as Node)}, found none`,
    ),
  ];
}

/** A sibling of nearly that name, else a field of that name elsewhere, else what there is. */
function hint(name: string, path: Path, siblings: readonly string[]): string {
  const sibling = nearest(name, siblings);
  if (sibling !== undefined) return `did you mean ${[...path, sibling].join('.')}?`;
  const elsewhere = [...fields.keys()].filter((field) => field.endsWith(`.${name}`));
  if (elsewhere.length === 1) return `did you mean ${elsewhere[0]}?`;
  return `expected one of ${siblings.join(', ')}`;
}

/** A name from the user's file, as part of a line. */
export function fieldName(path: Path): string {
  return oneLine(path.join('.')).slice(0, 200);
}
