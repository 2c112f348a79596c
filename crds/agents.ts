import Type, { type TArray } from 'typebox';
import { duration, group } from './fields.ts';

/** What agents repeat beside questions: calls of tools, and searches of their memory. */

const name = (description: string) => Type.String({ description, minLength: 1, maxLength: 256 });

/** What one tool has otherwise than the others; what is not said is as for all tools. */
const toolPolicy = Type.Object(
  {
    tool: name('Name of the tool.'),
    readOnly: Type.Optional(
      Type.Boolean({ description: '`false`: the tool changes something, so its results are never kept.' }),
    ),
    ttl: Type.Optional(ttl('How long its results are kept.')),
    threshold: Type.Optional(
      threshold('Cosine similarity from which another wording of its input is a hit.'),
    ),
    semantic: Type.Optional(Type.Boolean({ description: 'Compares its inputs by meaning too.' })),
    text: Type.Optional(
      name('The field of its input that is compared by meaning; else one of the usual names.'),
    ),
    storeFailures: Type.Optional(Type.Boolean({ description: 'Keeps results of calls that failed.' })),
  },
  { additionalProperties: false },
);

const memoryType = Type.Object(
  { type: name('Type of memory.'), ttl: ttl('How long results of this type are kept.') },
  { additionalProperties: false },
);

export const tools = group('Results of tools (`/cache/tools`).', {
  ttl: duration({
    description: 'How long the result of a tool is kept.',
    default: '1h',
    from: '1s',
    to: '8760h',
  }),
  semantic: Type.Boolean({
    description:
      'Compares the question in an input by meaning, within the tool; all else of it must be equal.',
    default: true,
  }),
  storeFailures: Type.Boolean({ description: 'Keeps results of calls that failed.', default: false }),
  policies: eachOnce(
    'tool',
    Type.Array(toolPolicy, {
      description: 'What single tools have otherwise.',
      default: [],
      maxItems: 1000,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['tool'],
      range: 'list of `{tool, readOnly, ttl, threshold, semantic, text, storeFailures}`',
    }),
  ),
});

export const memories = group('Results of searches in memories and documents (`/cache/memories`).', {
  ttl: duration({
    description: 'How long the results of a search are kept.',
    default: '1h',
    from: '1s',
    to: '8760h',
  }),
  types: eachOnce(
    'type',
    Type.Array(memoryType, {
      description: 'How long results of single types are kept.',
      default: [],
      maxItems: 1000,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      range: 'list of `{type, ttl}`',
    }),
  ),
});

function ttl(description: string) {
  return duration({ description, from: '1s', to: '8760h' });
}

function threshold(description: string) {
  return Type.Number({ description, exclusiveMinimum: 0, maximum: 1 });
}

/** One item for each name; the API server is told so in its own words (`x-kubernetes-list-map-keys`). */
function eachOnce<Items extends TArray>(key: string, items: Items) {
  return Type.Refine(
    items,
    (value) => Array.isArray(value) && distinct(value as readonly Record<string, unknown>[], key),
    (value) => (Array.isArray(value) ? `every ${key} once` : 'a list'),
  );
}

const distinct = (items: readonly Record<string, unknown>[], key: string): boolean =>
  new Set(items.map((item) => item?.[key])).size === items.length;
