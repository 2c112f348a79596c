import type { JsonObject } from '../dialects/dialect.ts';

/**
 * The body as a JSON object that can be told apart from every other; undefined where it is none. Numbers that a double
 * cannot hold stand as objects with their digits.
 */
export function parseBody(body: Buffer): JsonObject | undefined {
  try {
    const text = strictUtf8.decode(body);
    const parsed: unknown = manyDigits.test(text) ? JSON.parse(text, exactNumbers) : JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as JsonObject)
      : undefined;
  } catch {
    return undefined;
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
const bracket = 0x5b;
const brace = 0x7b;

/** Two bodies that differ in invalid bytes only must not read the same. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** More of them than a double can tell apart; two seeds that differ in the last one are two seeds. */
const manyDigits = /\d{16}/;

function exactNumbers(_: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && String(value) !== context?.source ? { '': context?.source } : value;
}
