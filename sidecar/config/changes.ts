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
  const kept = Object.entries(running).filter(([name]) => restartFields.includes(name));
  return { ...next, ...Object.fromEntries(kept) };
}

/** `['phases.semantic.deadline', '250']` and so on: the unit at the end of a setting's name is no part of the field's. */
function leaves(value: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(value).flatMap(([name, child]): [string, string][] => {
    const isGroup = typeof child === 'object' && child !== null && !Array.isArray(child);
    if (isGroup) return leaves(child, [...path, name]);
    return [[[...path, name.replace(/(Seconds|Ms)$/, '')].join('.'), JSON.stringify(child) ?? '']];
  });
}
