/**
 * JSON as it was written: a number that a double cannot hold keeps its digits, so that neither two ids nor a result change.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return manyDigits.test(text) ? JSON.parse(text, exactNumbers) : JSON.parse(text);
}

const manyDigits = /\d{16}/;

function exactNumbers(_: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  return rawJson(source);
}

/** Written by `JSON.stringify` with its digits (TC39 JSON.parse source text access, in Node from 22 on). */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(source: string): unknown };
