import Type from 'typebox';
import type { Node } from './node.ts';

/** What a field takes, as it follows the word "expected". A refinement knows best what this value lacks. */
export function expected(node: Node, value: unknown): string {
  const refinements = Type.IsRefine(node) ? node['~refine'] : [];
  return refinements.find(({ check }) => !check(value))?.error(value) ?? allowed(node);
}

/** What a field takes, from its schema alone. */
export function allowed(node: Node): string {
  if (node.properties !== undefined) return `an object with ${list(Object.keys(node.properties), 'and')}`;
  if (node.enum !== undefined) return list(node.enum, 'or');
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'integer') return `a whole number from ${node.minimum} to ${node.maximum}`;
  if (node.type === 'number' && node.minimum !== undefined)
    return `a number from ${node.minimum} to ${node.maximum}`;
  if (node.type === 'number')
    return `a number greater than ${node.exclusiveMinimum} and at most ${node.maximum}`;
  return node.range ?? 'a text';
}

function list(words: readonly string[], conjunction: string): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}
