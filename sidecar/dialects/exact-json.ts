/**
 * JSON whose numbers keep their digits on the way in and out again: ids beyond a double stand in the arguments of tool
 * calls, and a stored answer must not change them.
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  return oddNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/** Numbers that may be written in other digits than they came in. */
const oddNumber = /\d{16}|\.\d*0(?!\d)|\.0{6}|\d[eE]|-0/;

function keepDigits(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined || String(value) === context.source)
    return value;
  return JSON.rawJSON(context.source);
}

declare global {
  interface JSON {
    /** Written as it stands by `JSON.stringify`. https://tc39.es/proposal-json-parse-with-source/ */
    rawJSON(text: string): object;
  }
}
