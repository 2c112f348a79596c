import type { Asked, JsonObject } from './dialect.ts';
import { asObject, isFilled, isObject } from './json.ts';
import { piecesOf } from './pieces.ts';

/**
 * Writes a stored response as its typed events, in the order of the provider: the response begins; each item opens, says its
 * parts, and closes; the response ends, and is told whole once more.
 */
export function responseStream(answer: Uint8Array, { paced }: Pick<Asked, 'paced'> = {}): Uint8Array {
  const response = JSON.parse(Buffer.from(answer).toString()) as JsonObject;
  const beginning = {
    ...response,
    status: 'in_progress',
    output: [],
    ...('completed_at' in response ? { completed_at: null } : {}),
    ...('usage' in response ? { usage: null } : {}),
  };
  const events: JsonObject[] = [
    { type: 'response.created', response: beginning },
    { type: 'response.in_progress', response: beginning },
    ...(response.output as JsonObject[]).flatMap((item, at) => inPieces(itemEvents(item, at), paced)),
    { type: 'response.completed', response },
  ];
  const stream = events.map(
    ({ type, ...rest }, at) =>
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: at, ...rest })}\n\n`,
  );
  return Buffer.from(stream.join(''));
}

/** In a rhythm each text grows piece by piece; what else a delta says, its log probabilities, comes with the first. */
function inPieces(events: readonly JsonObject[], paced: boolean | undefined): JsonObject[] {
  return events.flatMap((event) => {
    if (typeof event.delta !== 'string') return [event];
    const [first, ...more] = piecesOf(event.delta, paced);
    const { logprobs, ...rest } = event;
    const none = logprobs === undefined ? {} : { logprobs: [] };
    return [{ ...event, delta: first }, ...more.map((delta) => ({ ...rest, delta, ...none }))];
  });
}

function itemEvents(item: JsonObject, outputIndex: number): JsonObject[] {
  const at = { item_id: item.id, output_index: outputIndex };
  const open = (opened: JsonObject): JsonObject => ({
    type: 'response.output_item.added',
    output_index: outputIndex,
    item: { ...item, ...('status' in item ? { status: 'in_progress' } : {}), ...opened },
  });
  const done = { type: 'response.output_item.done', output_index: outputIndex, item };
  // Some hosts give a call no id of its own; then no event can speak of a part of it.
  if (typeof item.id !== 'string') return [open({ status: item.status }), done];
  switch (item.type) {
    case 'message':
      return [open({ content: [] }), ...partsOf(item.content).flatMap(contentEvents(at)), done];
    case 'reasoning':
      return [
        open({ summary: [], ...('content' in item ? { content: [] } : {}) }),
        ...partsOf(item.summary).flatMap(summaryEvents(at)),
        ...partsOf(item.content).flatMap(contentEvents(at)),
        done,
      ];
    case 'function_call':
      return [
        open({ arguments: '' }),
        { type: 'response.function_call_arguments.delta', ...at, delta: item.arguments },
        { type: 'response.function_call_arguments.done', ...at, arguments: item.arguments },
        done,
      ];
    default:
      return [
        open({ input: '' }),
        { type: 'response.custom_tool_call_input.delta', ...at, delta: item.input },
        { type: 'response.custom_tool_call_input.done', ...at, input: item.input },
        done,
      ];
  }
}

type PartEvents = (part: JsonObject, index: number) => JsonObject[];

/** A text of the answer, or of the reasoning before it. */
function contentEvents(item: JsonObject): PartEvents {
  return (part, index) => {
    const at = { ...item, content_index: index };
    const kind = part.type === 'reasoning_text' ? 'reasoning_text' : 'output_text';
    const logprobs = kind === 'output_text' ? { logprobs: part.logprobs ?? [] } : {};
    const empty = Object.fromEntries(
      ['annotations', 'logprobs'].flatMap((list) => (list in part ? [[list, []]] : [])),
    );
    const annotations = isFilled(part.annotations) ? part.annotations : [];
    return [
      { type: 'response.content_part.added', ...at, part: { ...part, ...empty, text: '' } },
      { type: `response.${kind}.delta`, ...at, delta: part.text, ...logprobs },
      ...annotations.map((annotation, annotationIndex) => ({
        type: 'response.output_text.annotation.added',
        ...at,
        annotation_index: annotationIndex,
        annotation: asObject(annotation),
      })),
      { type: `response.${kind}.done`, ...at, text: part.text, ...logprobs },
      { type: 'response.content_part.done', ...at, part },
    ];
  };
}

function summaryEvents(item: JsonObject): PartEvents {
  return (part, index) => {
    const at = { ...item, summary_index: index };
    return [
      { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...at, delta: part.text },
      { type: 'response.reasoning_summary_text.done', ...at, text: part.text },
      { type: 'response.reasoning_summary_part.done', ...at, part },
    ];
  };
}

const partsOf = (list: unknown): JsonObject[] => (Array.isArray(list) ? list.filter(isObject) : []);
