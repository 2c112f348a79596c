/** A value in a fault line: recognisable, on one line, and never a secret. */
export function found(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : inBrackets(value);
  return typeof value === 'object' ? 'an object' : String(value);
}

function inBrackets(items: readonly unknown[]): string {
  const shown = items.slice(0, 4).map((item) => (Array.isArray(item) ? 'a list' : found(item)));
  return `[${[...shown, ...(items.length > 4 ? ['…'] : [])].join(', ')}]`;
}

/** Of a secret only its kind. */
export function foundSecret(value: unknown): string {
  return typeof value === 'string' && value !== '' ? `a text of ${value.length} characters` : found(value);
}

export function quoted(text: string): string {
  const shown = oneLine(withoutCredentials(text).replace(/["\\]/g, '\\$&'));
  return `"${shown.length > 80 ? `${shown.slice(0, 79)}…` : shown}"`;
}

/** Control, format and line-separating characters must not reach a terminal or split a log line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** Credentials stand before the `@` of a URL or in its query; an API key may stand where something else was meant. */
function withoutCredentials(text: string): string {
  return text
    .replace(/^([a-z0-9+.-]+:\/\/)?[\s\S]*@/i, '$1***@')
    .replace(/(:\/\/[^?]*)\?[\s\S]*/, '$1?***')
    .replace(/\bsk-[\w-]{8,}/g, 'sk-***');
}
