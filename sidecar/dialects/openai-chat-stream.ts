import type { JsonObject } from './dialect.ts';

/**
 * Writes a stored chat completion as its event stream: for each choice a role delta, the message, and the finish reason;
 * then usage where it was asked for and is known; then `[DONE]`. One id, one creation time, in every chunk.
 */
export function completionStream(answer: Uint8Array, withUsage: boolean): Uint8Array {
  const { choices, usage, object: _, ...top } = JSON.parse(Buffer.from(answer).toString()) as JsonObject;
  const head = { ...top, object: 'chat.completion.chunk' };
  const event = (rest: JsonObject) => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
  // With `include_usage` every chunk but the last says `usage: null`, as the provider does.
  const noUsage = withUsage ? { usage: null } : {};
  const chunk = (
    index: unknown,
    delta: JsonObject,
    rest: JsonObject = { logprobs: null, finish_reason: null },
  ) => event({ choices: [{ index, delta, ...rest }], ...noUsage });

  let stream = '';
  for (const { index, message, finish_reason: finishReason, ...rest } of choices as JsonObject[]) {
    const { role, content, refusal, tool_calls: calls, ...extra } = message as JsonObject;
    stream += chunk(index, { role, content: calls === undefined ? '' : null, refusal: refusal ?? null });
    const words = {
      ...extra,
      ...(typeof content === 'string' && content !== '' ? { content } : {}),
    };
    if (Object.keys(words).length > 0) {
      stream += chunk(index, words, { logprobs: null, ...rest, finish_reason: null });
    }
    for (const [i, call] of (Array.isArray(calls) ? calls : []).entries()) {
      stream += chunk(index, { tool_calls: [{ index: i, ...call }] });
    }
    stream += chunk(index, {}, { logprobs: null, finish_reason: finishReason });
  }
  if (withUsage && usage != null) stream += event({ choices: [], usage });
  return Buffer.from(`${stream}data: [DONE]\n\n`);
}
