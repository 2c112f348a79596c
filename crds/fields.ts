import { isIP } from 'node:net';
import Type, { type TProperties, type TSchema } from 'typebox';
import { durationPattern, formatDuration, parseDuration } from './duration.ts';
import { formatQuantity, parseQuantity, quantityPattern } from './quantity.ts';
import { durationRule, httpUrlRule, percentRule, sizeRule } from './rules.ts';
import { storeUrlFault } from './store-url.ts';

/**
 * The kinds of field. Each is plain JSON Schema that a structural CRD schema takes, plus a refinement for what JSON Schema
 * cannot say (its message continues the words "expected …") and a codec where the program wants another form than the user.
 */
interface Annotations {
  readonly description: string;
  /** A change of the field takes effect at the next start only. */
  readonly restart?: boolean;
  /** The value is never printed: somebody may have put the secret itself there. */
  readonly secret?: boolean;
}

type Optional<Properties extends TProperties> = {
  [Key in keyof Properties]: Type.TOptional<Properties[Key]>;
};

/** An object all of whose fields may be left out. The default lets the defaults inside it take effect. */
export function group<Properties extends TProperties>(
  description: string,
  properties: Properties,
  more: object = {},
) {
  const optional = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, Type.Optional(field as TSchema)]),
  ) as unknown as Optional<Properties>;
  return Type.Object(optional, { description, additionalProperties: false, default: {}, ...more });
}

/** Go duration or whole seconds, as a number of seconds in the program. */
export function duration(options: Annotations & { default?: string; from: string; to: string }) {
  const { from, to, ...rest } = options;
  const range = { from: seconds(from), to: seconds(to) };
  const written = Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: durationPattern })], {
    ...rest,
    'x-kubernetes-int-or-string': true,
    maxLength: 32,
    'x-kubernetes-validations': [durationRule(range.from, range.to)],
    range: `duration from ${formatDuration(range.from)} to ${formatDuration(range.to)}`,
  });
  const bounded = Type.Refine(
    written,
    (value) => seconds(value) >= range.from && seconds(value) <= range.to,
    (value) =>
      Number.isNaN(seconds(value))
        ? 'a duration such as 24h, 10m or 90s'
        : `a duration from ${formatDuration(range.from)} to ${formatDuration(range.to)}`,
  );
  return Type.Codec(bounded)
    .Decode((value) => seconds(value))
    .Encode((value) => formatDuration(value));
}

function seconds(value: unknown): number {
  if (typeof value === 'string') return parseDuration(value) ?? Number.NaN;
  return Number.isInteger(value) ? (value as number) : Number.NaN;
}

/** Kubernetes quantity or whole bytes, as a number of bytes in the program. */
export function quantity(options: Annotations & { default: string; from: string; to: string }) {
  const { from, to, ...rest } = options;
  const range = { from: bytes(from), to: bytes(to) };
  const written = Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: quantityPattern })], {
    ...rest,
    'x-kubernetes-int-or-string': true,
    maxLength: 32,
    'x-kubernetes-validations': [sizeRule(from, to)],
    range: `size from ${from} to ${to}`,
  });
  const bounded = Type.Refine(
    written,
    (value) => bytes(value) >= range.from && bytes(value) <= range.to,
    (value) =>
      Number.isNaN(bytes(value))
        ? 'a size such as 512Ki, 1Mi or a number of bytes'
        : `a size from ${from} to ${to}`,
  );
  return Type.Codec(bounded)
    .Decode((value) => bytes(value))
    .Encode((value) => formatQuantity(value));
}

function bytes(value: unknown): number {
  if (typeof value === 'string') return parseQuantity(value) ?? Number.NaN;
  return Number.isInteger(value) ? (value as number) : Number.NaN;
}

/** A share in percent, as a number from 0 to 1 in the program. Percent, because `0.5` and `0.5%` are easily taken for each other. */
export function percent(options: Annotations & { default?: string; from: number; to: number }) {
  const { from, to, ...rest } = options;
  const written = Type.String({
    ...rest,
    maxLength: 12,
    'x-kubernetes-validations': [percentRule(from, to)],
    range: `share from ${from}% to ${to}%`,
  });
  const bounded = Type.Refine(
    written,
    (value) => percentOf(value) >= from && percentOf(value) <= to,
    () => `a share from ${from}% to ${to}%, such as 5%`,
  );
  return Type.Codec(bounded)
    .Decode((value) => percentOf(value) / 100)
    .Encode((value) => `${Number((value * 100).toFixed(6))}%`);
}

function percentOf(value: unknown): number {
  return typeof value === 'string' && /^[0-9]{1,3}(\.[0-9]{1,4})?%$/.test(value)
    ? Number(value.slice(0, -1))
    : Number.NaN;
}

/** A text with a rule that is easier said in code; `rule` answers what was expected, or undefined when all is well. */
export function text(
  rule: (value: unknown) => string | undefined,
  options: Annotations & { default?: string; range: string },
) {
  return Type.Refine(
    Type.String({ ...options }),
    (value) => rule(value) === undefined,
    (value) => rule(value) ?? '',
  );
}

export function httpUrl(options: Annotations & { default?: string }) {
  const written = { ...options, maxLength: 2048, 'x-kubernetes-validations': [httpUrlRule] };
  return text(httpUrlFault, { ...written, range: 'http or https URL' });
}

function httpUrlFault(value: unknown): string | undefined {
  const expected = 'an http or https URL';
  const url = typeof value === 'string' && /^https?:\/\/[^\s\\]+$/i.test(value) ? URL.parse(value) : null;
  if (url === null) return expected;
  // The credentials of a request are the application's own; a second pair here would silently replace them.
  if (url.username !== '' || url.password !== '') return `${expected} without credentials`;
  if (/[?#]/.test(url.href)) return `${expected} without query or fragment`;
  return undefined;
}

export function host(options: Annotations & { default?: string }) {
  return text(hostFault, { ...options, range: 'IP address or host name' });
}

function hostFault(value: unknown): string | undefined {
  const label = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;
  const isName = (name: string) =>
    name.split('.').every((part) => label.test(part)) && !/^[0-9.]+$/.test(name);
  if (typeof value === 'string' && value.length <= 253 && (isIP(value) !== 0 || isName(value)))
    return undefined;
  return 'an IP address or a host name without a port';
}

export function storeUrl(options: Annotations & { default: string }) {
  return text(storeUrlFault, {
    ...options,
    range: '`memory://`, `memory:///a/directory`, or a Redis URL (below)',
  });
}

export function folderPath(options: Annotations) {
  const rule = (value: unknown) =>
    typeof value === 'string' && value !== '' && !value.includes('\0') ? undefined : 'the path of a folder';
  return text(rule, { ...options, range: 'path of a folder' });
}

export function filePath(options: Annotations) {
  const rule = (value: unknown) =>
    typeof value === 'string' && value !== '' && !value.includes('\0') ? undefined : 'the path of a file';
  return text(rule, { ...options, range: 'path of a file' });
}
