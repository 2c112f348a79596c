import type { Asked, JsonObject } from './dialect.ts';
import { parseExactly } from './exact-json.ts';
import { isPlainText } from './gemini-record.ts';
import { piecesOf } from './pieces.ts';

/** Writes a stored generation as server-sent events; nothing follows the response that says why it ended. */
export function generationStream(answer: Uint8Array, { paced }: Pick<Asked, 'paced'> = {}): Uint8Array {
  return Buffer.from(
    responses(answer, paced)
      .map((response) => `data: ${JSON.stringify(response)}\n\n`)
      .join(''),
  );
}

/** The same responses as one JSON array, in the white space that the provider puts between them. */
export function generationArray(answer: Uint8Array): Uint8Array {
  return Buffer.from(
    `[${responses(answer)
      .map((response) => JSON.stringify(response))
      .join('\n,\r\n')}\n]\n`,
  );
}

/**
 * One response for each part, with one id in all of them; the last part of a candidate comes with its end, because SDKs
 * forget a conversation in which a response has no content.
 */
function responses(answer: Uint8Array, paced = false): JsonObject[] {
  const { candidates, usageMetadata, ...top } = parseExactly(Buffer.from(answer).toString()) as JsonObject;
  const all = (candidates as JsonObject[]).map((candidate) => pieces(candidate, paced));
  const length = Math.max(...all.map((each) => each.length));
  return Array.from({ length }, (_, at) => ({
    candidates: all.flatMap((each) => each[at] ?? []),
    ...(at === length - 1 && usageMetadata !== undefined ? { usageMetadata } : {}),
    ...top,
  }));
}

function pieces(candidate: JsonObject, paced: boolean): JsonObject[] {
  const { content, ...rest } = candidate;
  const { parts: whole, ...speaker } = content as { parts: JsonObject[] };
  const parts = whole.flatMap((part) =>
    isPlainText(part) ? piecesOf(part.text as string, paced).map((text) => ({ ...part, text })) : [part],
  );
  const place = rest.index === undefined ? {} : { index: rest.index };
  return parts.map((part, at) => ({
    content: { parts: [part], ...speaker },
    ...place,
    ...(at === parts.length - 1 ? rest : {}),
  }));
}
