/** What the model says in a stored answer, of whichever API: its texts, in order. */
export function textOf(answer: Uint8Array): string {
  try {
    return [...texts(JSON.parse(Buffer.from(answer).toString()), 0)].join('\n');
  } catch {
    return '';
  }
}

function* texts(value: unknown, depth: number): Generator<string> {
  if (typeof value !== 'object' || value === null || depth > deepest) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* texts(item, depth + 1);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && spoken.has(key)) yield inner;
    else if (around.has(key)) yield* texts(inner, depth + 1);
  }
}

/** Whether it calls tools of the application; what it calls them with is in no text. */
export function callsTools(answer: Uint8Array): boolean {
  try {
    return hasCall(JSON.parse(Buffer.from(answer).toString()), 0);
  } catch {
    return false;
  }
}

function hasCall(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > deepest) return false;
  if (Array.isArray(value)) return value.some((item) => hasCall(item, depth + 1));
  return Object.entries(value).some(
    ([key, inner]) =>
      (key === 'type' && callTypes.has(inner)) ||
      (callKeys.has(key) && inner != null && !(Array.isArray(inner) && inner.length === 0)) ||
      (around.has(key) && hasCall(inner, depth + 1)),
  );
}

const callTypes: ReadonlySet<unknown> = new Set(['tool_use', 'function_call', 'custom_tool_call']);
const callKeys = new Set(['tool_calls', 'function_call', 'functionCall']);
const spoken = new Set(['content', 'text', 'refusal']);
const around = new Set(['choices', 'message', 'output', 'content', 'candidates', 'parts']);
const deepest = 12;
