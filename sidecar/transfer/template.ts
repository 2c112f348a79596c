import { parseExactly } from '../dialects/exact-json.ts';

/** The body of a request in which one text holds `{{question}}`, where the application puts what its user asks. */
export interface Template {
  readonly body: object;
}

/** @throws TypeError */
export function readTemplate(file: string, text: string): Template {
  let body: unknown;
  try {
    body = parseExactly(text);
  } catch (error) {
    throw new TypeError(`${file}: expected JSON: ${(error as Error).message}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new TypeError(`${file}: expected the JSON object that a request sends`);
  const places = text.split(mark).length - 1;
  if (places !== 1) throw new TypeError(`${file}: expected ${mark} once, found it ${places} times`);
  return { body };
}

export function fill({ body }: Template, question: string): object {
  return filled(body, question) as object;
}

function filled(value: unknown, question: string): unknown {
  // A function, so that no sign in the question has a meaning.
  if (typeof value === 'string') return value.replace(mark, () => question);
  if (Array.isArray(value)) return value.map((each) => filled(each, question));
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, question)]));
}

const mark = '{{question}}';
