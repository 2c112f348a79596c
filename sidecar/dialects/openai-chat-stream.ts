import type { Asked, JsonObject } from './dialect.ts';
import { piecesOf } from './pieces.ts';

/**
 * Writes a stored chat completion as its event stream: for each choice a role delta, the message, and the finish reason;
 * then usage where it was asked for and is known; then `[DONE]`. One id, one creation time, in every chunk.
 */
export function completionStream(
  answer: Uint8Array,
  { withUsage, paced }: Pick<Asked, 'withUsage' | 'paced'>,
): Uint8Array {
  const {
    choices,
    usage,
    object: _,
    prompt_filter_results: filtered,
    ...top
  } = JSON.parse(Buffer.from(answer).toString()) as JsonObject;
  const head = { ...top, object: 'chat.completion.chunk' };
  const event = (rest: JsonObject) => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
  // With `include_usage` every chunk but the last says `usage: null`, as the provider does.
  const noUsage = withUsage ? { usage: null } : {};
  const chunk = (
    index: unknown,
    delta: JsonObject,
    rest: JsonObject = { logprobs: null, finish_reason: null },
  ) => event({ choices: [{ index, delta, ...rest }], ...noUsage });

  // Azure judges the prompt before the answer begins.
  let stream = filtered === undefined ? '' : event({ choices: [], prompt_filter_results: filtered });
  for (const { index, message, finish_reason: finishReason, ...rest } of choices as JsonObject[]) {
    const { role, content, refusal, tool_calls: calls, ...extra } = message as JsonObject;
    stream += chunk(index, { role, content: content == null ? null : '', refusal: refusal ?? null });
    const [thoughts, others] = apart(extra, ([name]) => name.startsWith('reasoning'));
    // Clients take a delta for thought or for word, never for both.
    for (const thought of inPieces(thoughts, paced)) stream += chunk(index, thought);
    const [firstPiece, ...pieces] = typeof content === 'string' ? piecesOf(content, paced) : [];
    const words = {
      ...others,
      ...(firstPiece !== undefined && firstPiece !== '' ? { content: firstPiece } : {}),
    };
    if (Object.keys(words).length > 0 || hasMore(rest)) {
      stream += chunk(index, words, { logprobs: null, ...rest, finish_reason: null });
    }
    for (const piece of pieces) stream += chunk(index, { content: piece });
    for (const [i, call] of (Array.isArray(calls) ? calls : []).entries()) {
      stream += chunk(index, { tool_calls: [{ index: i, ...call }] });
    }
    // Azure's last piece was not filtered, and says so.
    const unfiltered = 'content_filter_results' in rest ? { content_filter_results: {} } : {};
    stream += chunk(index, {}, { logprobs: null, finish_reason: finishReason, ...unfiltered });
  }
  if (withUsage && usage != null) stream += event({ choices: [], usage });
  return Buffer.from(`${stream}data: [DONE]\n\n`);
}

/** Thoughts are texts; whatever else is said of them comes with the first piece. */
function inPieces(thoughts: JsonObject, paced: boolean | undefined): JsonObject[] {
  if (Object.keys(thoughts).length === 0) return [];
  const [first = {}, ...more] = Object.entries(thoughts).flatMap(([name, value]) =>
    typeof value === 'string' ? piecesOf(value, paced).map((piece) => ({ [name]: piece })) : [],
  );
  const others = Object.entries(thoughts).filter(([, value]) => typeof value !== 'string');
  return [{ ...Object.fromEntries(others), ...first }, ...more];
}

/** A choice says something besides its message, for example how it was filtered. */
const hasMore = (rest: JsonObject): boolean => Object.values(rest).some((value) => value != null);

function apart(
  object: JsonObject,
  first: (entry: [name: string, value: unknown]) => boolean,
): [JsonObject, JsonObject] {
  const entries = Object.entries(object);
  return [
    Object.fromEntries(entries.filter(first)),
    Object.fromEntries(entries.filter((entry) => !first(entry))),
  ];
}
