import type { Asked, JsonObject } from './dialect.ts';
import { parseExactly } from './exact-json.ts';
import { piecesOf } from './pieces.ts';

/**
 * Writes a stored message as its event stream: the message as it begins, each block with its deltas, how it ended with the
 * usage of the whole, and `message_stop`. The one id stands in the first event.
 */
export function messageStream(answer: Uint8Array, { paced }: Pick<Asked, 'paced'> = {}): Uint8Array {
  const { content, stop_reason, stop_sequence, stop_details, usage, ...head } = parsed(answer);
  const told = (usage ?? {}) as JsonObject;
  const begun = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(stop_details === undefined ? {} : { stop_details: null }),
    // As the provider says it before it knows: the first token.
    ...(usage === undefined
      ? {}
      : { usage: { ...told, ...('output_tokens' in told ? { output_tokens: 1 } : {}) } }),
  };
  const ended = {
    stop_reason,
    stop_sequence: stop_sequence ?? null,
    ...(stop_details === undefined ? {} : { stop_details }),
  };
  const whole = Object.fromEntries(cumulative.filter((key) => key in told).map((key) => [key, told[key]]));
  return Buffer.from(
    [
      event('message_start', { message: begun }),
      ...(content as JsonObject[]).flatMap((block, index) => blockEvents(block, index, paced)),
      event('message_delta', { delta: ended, usage: whole }),
      event('message_stop', {}),
    ].join(''),
  );
}

/**
 * Thoughts are signed for the conversation in which they were thought. Given to a question in other words, they would be
 * dropped or refused when the application sends them back, so such a replay comes without them.
 */
export function withoutThinking(answer: Uint8Array): Uint8Array {
  const message = parsed(answer);
  const content = message.content as JsonObject[];
  const kept = content.filter(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
  return kept.length === content.length ? answer : Buffer.from(JSON.stringify({ ...message, content: kept }));
}

const parsed = (answer: Uint8Array): JsonObject => parseExactly(Buffer.from(answer).toString()) as JsonObject;

/** The counts that the last event repeats or corrects. */
const cumulative = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
  'output_tokens_details',
  'server_tool_use',
];

const event = (type: string, rest: JsonObject): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;

function blockEvents(block: JsonObject, index: number, paced: boolean | undefined): string[] {
  const { start, deltas } = apart(block);
  return [
    event('content_block_start', { index, content_block: start }),
    ...deltas
      .flatMap((delta) => inPieces(delta, paced))
      .map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ];
}

/** What grows; signatures and citations are said whole. */
const texts = ['text', 'thinking', 'partial_json'];

function inPieces(delta: JsonObject, paced: boolean | undefined): JsonObject[] {
  const name = texts.find((each) => typeof delta[each] === 'string');
  if (name === undefined) return [delta];
  return piecesOf(delta[name] as string, paced).map((piece) => ({ ...delta, [name]: piece }));
}

/** A block as it begins, and what makes it grow into what it is. */
function apart(block: JsonObject): { start: JsonObject; deltas: JsonObject[] } {
  switch (block.type) {
    case 'text': {
      const { text, citations } = block;
      const cited = Array.isArray(citations) ? citations : [];
      return {
        start: { ...block, text: '', ...(cited.length > 0 ? { citations: [] } : {}) },
        deltas: [
          { type: 'text_delta', text },
          ...cited.map((citation) => ({ type: 'citations_delta', citation })),
        ],
      };
    }
    case 'thinking': {
      const { thinking, signature } = block;
      return {
        start: { ...block, thinking: '', signature: '' },
        deltas: [
          ...(thinking === '' ? [] : [{ type: 'thinking_delta', thinking }]),
          { type: 'signature_delta', signature },
        ],
      };
    }
    case 'tool_use':
      return {
        start: { ...block, input: {} },
        deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }],
      };
    default:
      return { start: block, deltas: [] };
  }
}
