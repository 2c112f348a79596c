import type { JsonObject } from './dialect.ts';

/** What dialects ask of a JSON value again and again. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const asObject = (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined);

export const isFilled = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;

/** A payload rather than a question: every character of it may matter. */
export function isJsonText(text: string): boolean {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return false;
  try {
    return typeof JSON.parse(trimmed) === 'object';
  } catch {
    return false;
  }
}

/** No provider says this, and merging it would write into what all objects share. @throws */
export function refusePrototype(object: object): void {
  if (Object.hasOwn(object, '__proto__')) throw new TypeError('a field may not be named __proto__');
}

/** Tokens as a provider counts them, for what a hit saves; 0 where it did not. */
export function totalTokens(usage: unknown): number {
  const total = asObject(usage)?.total_tokens;
  return typeof total === 'number' && total > 0 ? total : 0;
}
