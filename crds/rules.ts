import { formatDuration } from './duration.ts';

/**
 * The rules of fields in CEL, which the API server judges: the same as the refinements beside them, in words for a person.
 * A rule must never fail to evaluate, so it looks at the form before it reads the value; and its cost is bounded by
 * looking at the length first.
 */
export interface Rule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
  readonly reason?: 'FieldValueInvalid' | 'FieldValueForbidden';
  readonly optionalOldSelf?: boolean;
}

/** A Go duration that is certain to stay within Go's 64 bits of nanoseconds. */
const goDuration =
  '^([0-9]{1,6}([.][0-9]{1,9})?h|[0-9]{1,7}([.][0-9]{1,9})?m|[0-9]{1,9}([.][0-9]{1,9})?s|[0-9]{1,12}([.][0-9]{1,9})?(ms|us|µs|ns))+$';

/** `from` and `to` in seconds. */
export function durationRule(from: number, to: number): Rule {
  const whole = (text: string) => `(${text} >= ${Math.ceil(from)} && ${text} <= ${Math.floor(to)})`;
  const [least, most] = [formatDuration(from), formatDuration(to)];
  const asText = `string(self).matches('^[0-9]{1,9}$') ? ${whole('int(self)')} : (string(self).size() <= 20 && string(self).matches('${goDuration}') && duration(string(self)) >= duration('${least}') && duration(string(self)) <= duration('${most}'))`;
  return {
    rule: asText,
    message: `must be a duration from ${least} to ${most}, such as 24h, 10m or 90s`,
  };
}

export function sizeRule(from: string, to: string): Rule {
  const read = 'quantity(string(self))';
  return {
    rule: `string(self).matches('^[0-9]{1,15}([.][0-9]{1,9})?(Ki|Mi|Gi|k|M|G)?$') && double(int(${read}.asApproximateFloat())) == ${read}.asApproximateFloat() && ${read}.compareTo(quantity('${from}')) >= 0 && ${read}.compareTo(quantity('${to}')) <= 0`,
    message: `must be a size from ${from} to ${to}, such as 512Ki, 1Mi or a number of bytes`,
  };
}

export function numberRule(over: number, most: number): Rule {
  const float = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
  return {
    rule: `self > ${float(over)} && self <= ${float(most)}`,
    message: `must be greater than ${over} and at most ${most}`,
  };
}

export function percentRule(from: number, to: number): Rule {
  const number = "double(self.replace('%', ''))";
  return {
    rule: `self.matches('^[0-9]{1,3}([.][0-9]{1,4})?%$') && ${number} >= ${from.toFixed(4)} && ${number} <= ${to.toFixed(4)}`,
    message: `must be a share from ${from}% to ${to}%, such as 5%`,
  };
}

export const httpUrlRule: Rule = {
  rule: "self.matches('^[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\\\\\\\s]+(/[^?#\\\\\\\\\\\\s]*)?$') && isURL(self)",
  message: 'must be an http or https URL without credentials, query or fragment',
};

export const partitionRules: readonly Rule[] = [
  {
    rule: "self.all(key, key.matches('^(credential|user|none|header:[!#$%&\\'*+.^_`|~0-9A-Za-z-]{1,256})$'))",
    message: 'must name credential, user, none or header:<name>',
  },
  { rule: "self.size() == 1 || !('none' in self)", message: 'none must stand alone' },
  {
    rule: 'self.all(a, self.exists_one(b, a.lowerAscii() == b.lowerAscii()))',
    message: 'must name every key once; header names do not differ by case',
  },
];

export const replicasRules: readonly Rule[] = [
  {
    rule: 'self != 2',
    message:
      '2 is refused: when one of two pods fails, the other is no majority and may not take over; use 1, or 3 and more',
  },
];

/** The rules of objects also judge the object's default, in which nothing is filled in yet: hence each `has`. */

/** `requests` above `limits` would be refused only when the pod is made. */
export const resourceRules: readonly Rule[] = ['cpu', 'memory'].map((what) => ({
  rule: `!has(self.requests) || !has(self.limits) || !has(self.requests.${what}) || !has(self.limits.${what}) || quantity(string(self.requests.${what})).compareTo(quantity(string(self.limits.${what}))) <= 0`,
  message: `requests.${what} must not be more than limits.${what} (which has a default where it is left out)`,
  fieldPath: `.requests.${what}`,
}));

export const storeUrlRules: readonly Rule[] = [
  {
    rule: "self.matches('^rediss?([+](sentinel|cluster))?://')",
    message:
      'must begin with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS',
  },
  {
    rule: "!self.contains('@')",
    message: 'must not hold credentials: put them into a Secret and name it in secretRef',
  },
  {
    rule: "self.contains('@') || self.matches('^[a-z+]+://[A-Za-z0-9._:,-]+(/[0-9]{0,3})?([?][^\\\\s#]*)?$') || self.matches('^[a-z+]+://[0-9a-fA-F:.,\\\\[\\\\]]+(/[0-9]{0,3})?([?][^\\\\s#]*)?$')",
    message: 'must be a URL such as redis://host:6379 or redis+sentinel://h1:26379,h2:26379/0?master=name',
  },
  {
    rule: "!self.matches('^rediss?[+]sentinel:') || self.matches('[?&]master=[^&]+')",
    message: 'must name the primary that the sentinels watch: ?master=name',
  },
];

/** `owner/name@commit`, in which neither may lead out of the folder that is named after them. */
export const repositoryPattern =
  '^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}@[0-9a-f]{40}$';

/** As `sha256sum` prints it. A path is of plain names: nothing above the folder, nothing hidden. */
export const sumPattern = '^[0-9a-f]{64} [ *][A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$';

export const repositoryIdRule: Rule = {
  rule: `self.matches('${repositoryPattern}')`,
  message: 'must be owner/name@ and a commit of 40 hexadecimal digits',
};

export const sumRule: Rule = {
  rule: `self.matches('${sumPattern}')`,
  message: 'must be a sum and a path inside the repository, as sha256sum prints them',
};

/** Of a model that is named by `repository`; the same as in `conflicts.ts`. */
export const repositoryRules: readonly Rule[] = [
  {
    rule: '!has(self.repository) || !has(self.folder)',
    message: 'takes folder or repository, not both',
    fieldPath: '.repository',
  },
  {
    rule: "!has(self.repository) || (has(self.sha256) && self.sha256.exists(line, line.endsWith('.onnx')) && self.sha256.exists(line, line.matches('[ *]tokenizer[.]json$')))",
    message: 'sha256 must have a line for an ONNX file and one for tokenizer.json of the repository',
    fieldPath: '.sha256',
  },
];

export const dimensionRule: Rule = {
  rule: '!has(self.repository) || (has(self.dimension) && self.dimension > 0)',
  message: 'dimension must be the length of its vectors: the store begins before the files are there',
  fieldPath: '.dimension',
};

/** Sizes and classes of volumes are the StatefulSet's for good. */
const sizeOf = (redis: string) =>
  `(has(${redis}.storage) && has(${redis}.storage.size) ? string(${redis}.storage.size) : '8Gi')`;
const classOf = (redis: string) =>
  `(has(${redis}.storage) && has(${redis}.storage.storageClassName) ? ${redis}.storage.storageClassName : '')`;
const bothOwn = '!has(self.external) && !has(oldSelf.external)';

export const redisRules: readonly Rule[] = [
  {
    rule: `!(${bothOwn}) || quantity(${sizeOf('self')}).compareTo(quantity(${sizeOf('oldSelf')})) >= 0`,
    message: 'storage.size cannot shrink: volumes only grow; a new SemanticCache can have smaller ones',
    fieldPath: '.storage.size',
  },
  {
    rule: `!(${bothOwn}) || ${classOf('self')} == ${classOf('oldSelf')}`,
    message:
      'storage.storageClassName cannot be changed: the volumes exist; a new SemanticCache can have another class',
    fieldPath: '.storage.storageClassName',
  },
];

/** One rule for each, so that the message names what to remove. */
export const externalRules = (own: readonly string[]): readonly Rule[] =>
  own.map((field) => ({
    rule: `!has(self.external) || !has(self.${field})`,
    message: `${field} belongs to a Redis that the operator runs, and redis.external says that there is one already: remove one of the two`,
    fieldPath: `.${field}`,
    reason: 'FieldValueForbidden' as const,
  }));

export const specRules: readonly Rule[] = [
  {
    rule: '!has(self.redis) || !has(self.redis.external) || self.replicas == 1',
    message: 'replicas counts the pods of a Redis that the operator runs: leave it out beside redis.external',
    fieldPath: '.replicas',
  },
];
