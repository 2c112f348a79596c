import Value from 'typebox/value';
import { check, type Place } from './check.ts';
import { conflicts } from './conflicts.ts';
import { configurationNode } from './node.ts';
import { type Settings, settingsOf } from './settings.ts';
import { type DecodedConfiguration, sidecarConfiguration } from './sidecar.ts';

/** Something that sets fields, and how it names the place of one. */
export interface Source {
  readonly value: unknown;
  readonly place: Place;
}

/** Settings, or every reason why there are none. */
export type Parsed =
  | { readonly settings: Settings; readonly faults?: never }
  | { readonly settings?: never; readonly faults: readonly string[] };

/**
 * Each source is checked on its own; then the later one wins, field by field, and defaults fill the rest. What two fields
 * forbid each other is judged last, for it needs both to be valid.
 */
export function parse(...sources: readonly Source[]): Parsed {
  const faults = sources.flatMap(({ value, place }) => check(configurationNode, value, place));
  if (faults.length > 0) return { faults };
  const merged = sources.reduce<object>((below, { value }) => merge(below, value as object), {});
  const settings = settingsOf(Value.Decode(sidecarConfiguration, merged) as DecodedConfiguration);
  const clashes = conflicts(settings, (field) => placeOf(field, sources));
  return clashes.length > 0 ? { faults: clashes } : { settings };
}

/** Of a source, the fields of the first level that are as they should be. */
export function understood(source: Source): Source {
  const names = Object.keys(source.value as object).filter((name) => isUnderstood(source, name));
  const value = source.value as Readonly<Record<string, unknown>>;
  return { ...source, value: Object.fromEntries(names.map((name) => [name, value[name]])) };
}

/** Whether a field of the first level is as it should be, or not there. */
export function isUnderstood({ value, place }: Source, name: string): boolean {
  const written = (value as Readonly<Record<string, unknown>>)[name];
  return written === undefined || check(configurationNode, { [name]: written }, place).length === 0;
}

function merge(below: object, above: object): object {
  const result: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const isGroup = typeof value === 'object' && !Array.isArray(value);
    result[name] = isGroup ? merge((result[name] ?? {}) as object, value as object) : value;
  }
  return result;
}

/** Where a field got its value. */
export function placeOf(field: string, sources: readonly Source[]): string {
  const path = field.split('.');
  const valueIn = ({ value }: Source) =>
    path.reduce((at, name) => (at as Record<string, unknown> | undefined)?.[name], value);
  const source = sources.findLast((each) => valueIn(each) !== undefined);
  return source?.place(path) ?? `${field} (default)`;
}
