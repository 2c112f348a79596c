import Type from 'typebox';
import { partitionRules } from './rules.ts';

/** The keys that tell one partition from another. Header names are case-insensitive and kept in lower case. */
export type PartitionKey = 'credential' | 'user' | 'none' | `header:${string}`;

/** `header:` is followed by a field name as RFC 9110, section 5.6.2 allows it. */
const pattern = "^(credential|user|none|header:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256})$";

const expectedPartitionKey = 'credential, user, none or header:<name>';

export function partitionBy(options: { description: string; default: string[] }) {
  const written = Type.Array(Type.String({ pattern, maxLength: 263, range: expectedPartitionKey }), {
    ...options,
    minItems: 1,
    maxItems: 16,
    // A structural schema has no `uniqueItems`; a list of type "set" is the API server's word for it.
    'x-kubernetes-list-type': 'set',
    'x-kubernetes-validations': partitionRules,
    range: 'list of `credential`, `user` and `header:<name>`, or `none` alone',
  });
  const ruled = Type.Refine(
    written,
    (value) => rule(value) === undefined,
    (value) => rule(value) ?? '',
  );
  return Type.Codec(ruled)
    .Decode((keys) => keys.map((key) => normal(key) as PartitionKey))
    .Encode((keys) => keys as string[]);
}

function normal(key: unknown): unknown {
  return typeof key === 'string' && key.startsWith('header:') ? key.toLowerCase() : key;
}

function rule(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return `a list of ${expectedPartitionKey}`;
  if (value.length > 16) return 'at most 16 keys';
  if (value.includes('none') && value.length > 1) return 'none to stand alone';
  if (new Set(value.map(normal)).size < value.length) return 'every key once';
  return undefined;
}
