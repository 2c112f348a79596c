import { restartFields } from '../../crds/node.ts';
import type { Settings } from '../../crds/settings.ts';

/** The fields that differ, named as the user writes them. */
export function changedFields(before: Settings, after: Settings): string[] {
  const old = new Map(leaves(before));
  return leaves(after)
    .filter(([field, value]) => old.get(field) !== value)
    .map(([field]) => field);
}

/** The new settings, except where only a restart brings them: there the running value stays. */
export function keepUntilRestart(running: Settings, next: Settings): Settings {
  return keep(running, next, []) as Settings;
}

function keep(running: object, next: object, path: readonly string[]): object {
  const merged = Object.entries(next).map(([name, value]) => {
    const field = [...path, name];
    const kept: unknown = running[name as keyof typeof running];
    if (restartFields.includes(field.join('.'))) return [name, kept];
    return [name, isGroup(value) && isGroup(kept) ? keep(kept, value, field) : value];
  });
  return Object.fromEntries(merged);
}

/** `['phases.semantic.deadline', '250']` and so on: the unit at the end of a setting's name is no part of the field's. */
function leaves(value: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(value).flatMap(([name, child]): [string, string][] => {
    if (isGroup(child)) return leaves(child, [...path, name]);
    return [[[...path, name.replace(/(Seconds|Ms)$/, '')].join('.'), written(child)]];
  });
}

/** A list of policies is a map in the settings. */
function written(value: unknown): string {
  return JSON.stringify(value instanceof Map ? [...value] : value) ?? '';
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
