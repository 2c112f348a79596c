import { numberRule, type Rule } from './rules.ts';

/** TypeBox → the structural schema of a CustomResourceDefinition (OpenAPI 3.0, with Kubernetes' own words). */

type Json = Readonly<Record<string, unknown>>;

/** Words that are ours, or that a structural schema refuses or has no use for. */
const dropped = new Set(['additionalProperties', 'range', 'restart', 'secret', 'anyOf', 'pattern']);

/** What the API server gets of a node, in an order that reads well. */
export function structural(schema: object): Json {
  const node = schema as Json;
  if (node['x-kubernetes-int-or-string'] === true) return without(node, ['type']);
  if (node.enum !== undefined) return { type: 'string', ...without(node) };
  if (node.type === 'number') return number(node);
  if (node.patternProperties !== undefined) return map(node);
  const { properties, items, required, ...rest } = without(node);
  return {
    ...rest,
    ...(required === undefined || (required as string[]).length === 0 ? {} : { required }),
    ...(items === undefined ? {} : { items: structural(items as Json) }),
    ...(properties === undefined ? {} : { properties: mapValues(properties as Json) }),
  };
}

const mapValues = (properties: Json): Json =>
  Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, structural(child as Json)]));

/** The bounds of a number in one sentence for a person, in place of one sentence for each bound. */
function number(node: Json): Json {
  const { exclusiveMinimum, maximum, ...rest } = without(node);
  if (typeof exclusiveMinimum !== 'number' || typeof maximum !== 'number') return without(node);
  const rules = (rest['x-kubernetes-validations'] ?? []) as readonly Rule[];
  return { ...rest, 'x-kubernetes-validations': [...rules, numberRule(exclusiveMinimum, maximum)] };
}

function map(node: Json): Json {
  const { patternProperties, ...rest } = without(node);
  const [values] = Object.values(patternProperties as Json);
  return { ...rest, additionalProperties: structural(values as Json) };
}

function without(node: Json, more: readonly string[] = []): Json {
  const own = Object.entries(node).filter(([word]) => !dropped.has(word) && !more.includes(word));
  return Object.fromEntries(own.filter(([word]) => !word.startsWith('~')));
}
