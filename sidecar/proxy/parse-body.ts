import type { JsonObject } from '../dialects/dialect.ts';

/**
 * The body as a JSON object that can be told apart from every other; undefined where it is none, or where a name stands in
 * it twice: the provider may read the other one (RFC 8259, section 4). Numbers that a double cannot hold stand as objects
 * with their digits.
 */
export function parseBody(body: Buffer): JsonObject | undefined {
  try {
    const text = strictUtf8.decode(body);
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    if (membersIn(parsed) !== colonsIn(text)) return undefined;
    return hasManyDigits(text) ? JSON.parse(text, exactNumbers) : (parsed as JsonObject);
  } catch {
    return undefined;
  }
}

/** Members of all objects in it. */
function membersIn(parsed: object): number {
  let members = 0;
  const open: object[] = [parsed];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const values = Object.values(next);
    if (!Array.isArray(next)) members += values.length;
    for (const value of values) if (typeof value === 'object' && value !== null) open.push(value);
  }
  return members;
}

/** Outside of strings, where each of them follows a name. `text` is JSON. */
function colonsIn(text: string): number {
  let colons = 0;
  for (let at = 0; ; ) {
    const opens = text.indexOf('"', at);
    for (const end = opens === -1 ? text.length : opens; at < end; at++)
      if (text.charCodeAt(at) === colon) colons++;
    if (opens === -1) return colons;
    at = endOfString(text, opens);
  }
}

function endOfString(text: string, opens: number): number {
  for (let at = opens + 1; ; at++) {
    at = text.indexOf('"', at);
    let escapes = at;
    while (text.charCodeAt(escapes - 1) === backslash) escapes--;
    if ((at - escapes) % 2 === 0) return at + 1;
  }
}

/**
 * Whether reading the body would hold up everybody else. That costs by values, not by bytes: a megabyte of text is one
 * value and read in a moment, a megabyte of `[[],[],…` takes a second to parse, to canonicalise and to hash.
 */
export function isTooComplex(body: Buffer, mostValues: number): boolean {
  if (body.length <= mostValues) return false;
  let values = 0;
  let quoted = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (quoted) {
      if (byte === backslash) at++;
      else if (byte === quote) quoted = false;
    } else if (byte === quote) quoted = true;
    else if ((byte === comma || byte === bracket || byte === brace) && ++values > mostValues) return true;
  }
  return false;
}

/** A conversation has some hundreds; this many are read, made canonical and hashed within some twenty milliseconds. */
export const mostValues = 20_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const bracket = 0x5b;
const brace = 0x7b;

/** Two bodies that differ in invalid bytes only must not read the same. */
export const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** More of them than a double can tell apart; two seeds that differ in the last one are two seeds. */
export const hasManyDigits = (text: string): boolean => /\d{16}/.test(text);

function exactNumbers(_: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && String(value) !== context?.source ? { '': context?.source } : value;
}
