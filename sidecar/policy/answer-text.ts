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

const spoken = new Set(['content', 'text', 'refusal']);
const around = new Set(['choices', 'message', 'output', 'content', 'candidates', 'parts']);
const deepest = 12;
