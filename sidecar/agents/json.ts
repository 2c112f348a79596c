/**
 * JSON as it was written: a number that a double cannot hold keeps its digits, so that neither two ids nor a result change.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return suspicious.test(text) ? JSON.parse(text, exactNumbers) : JSON.parse(text);
}

/** Where there may be such a number at all. */
const suspicious = /\d{16}|\.\d{8}|\d[eE][+-]?\d{2}/;

function exactNumbers(_: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  const digits = source.replace(/[eE].*$/, '').replaceAll(/^-?0*\.?0*|\./g, '');
  const isExact = digits.length <= 15 && Number.isFinite(value) && (value !== 0 || digits === '');
  return isExact ? value : JSON.rawJSON(source);
}

/** Where such numbers stand: what they look like to a hash, any object could look like. */
export function rawPlaces(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (JSON.isRawJSON(value)) return [path];
  return Object.entries(value).flatMap(([name, child]) =>
    rawPlaces(child, `${path}/${JSON.stringify(name)}`),
  );
}

declare global {
  interface JSON {
    /** Whether `JSON.rawJSON` has made it. https://tc39.es/proposal-json-parse-with-source/ */
    isRawJSON(value: unknown): boolean;
  }
}
