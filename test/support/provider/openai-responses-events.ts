import { type Json, token } from './openai-shared.ts';

export type ResponseEvent = Json & { type: string };

/** The typed events of a response: it begins, each of its items opens, grows and closes, and it is told whole at its end. */
export function responseEvents(
  response: Json,
  { piecesOf, obfuscated }: { piecesOf: (text: string) => string[]; obfuscated: boolean },
): ResponseEvent[] {
  const begun = { ...response, status: 'in_progress', output: [], usage: null, completed_at: null };
  const opening = { ...begun, incomplete_details: null, error: null };
  const pad = (delta: string, at: number) =>
    obfuscated ? { obfuscation: token(4 + (at % 12), 'padding', delta, at) } : {};
  const grown = (type: string, text: string, rest: (piece: string) => Json): ResponseEvent[] =>
    piecesOf(text).map((delta, at) => ({ type, ...rest(delta), delta, ...pad(delta, at) }));
  const events = [
    { type: 'response.created', response: opening },
    { type: 'response.in_progress', response: opening },
    ...(response.output as Json[]).flatMap((item, index) => itemEvents(item, index, grown)),
    { type: `response.${response.status}`, response },
  ];
  return events.map((event, at) => ({ ...event, sequence_number: at }));
}

type Grown = (type: string, text: string, rest: (piece: string) => Json) => ResponseEvent[];

function itemEvents(item: Json, index: number, grown: Grown): ResponseEvent[] {
  const at = { item_id: item.id, output_index: index };
  const added = (opened: Json) => ({
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, ...('status' in item && { status: 'in_progress' }), ...opened },
  });
  const done = { type: 'response.output_item.done', output_index: index, item };
  if (item.type === 'function_call') {
    const said = String(item.arguments);
    return [
      added({ arguments: '' }),
      ...grown('response.function_call_arguments.delta', said, () => at),
      { type: 'response.function_call_arguments.done', ...at, arguments: said },
      done,
    ];
  }
  const parts = (item.type === 'reasoning' ? item.summary : item.content) as Json[];
  const events = parts.flatMap((part, partIndex) =>
    item.type === 'reasoning'
      ? summaryEvents(part, { ...at, summary_index: partIndex }, grown)
      : contentEvents(part, { ...at, content_index: partIndex }, grown),
  );
  return [added(item.type === 'reasoning' ? { summary: [] } : { content: [] }), ...events, done];
}

function summaryEvents(part: Json, at: Json, grown: Grown): ResponseEvent[] {
  const text = String(part.text);
  return [
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    ...grown('response.reasoning_summary_text.delta', text, () => at),
    { type: 'response.reasoning_summary_text.done', ...at, text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  ];
}

function contentEvents(part: Json, at: Json, grown: Grown): ResponseEvent[] {
  if (part.type === 'refusal') {
    const refusal = String(part.refusal);
    return [
      { type: 'response.content_part.added', ...at, part: { ...part, refusal: '' } },
      ...grown('response.refusal.delta', refusal, () => at),
      { type: 'response.refusal.done', ...at, refusal },
      { type: 'response.content_part.done', ...at, part },
    ];
  }
  const text = String(part.text);
  const probable = part.logprobs as Json[];
  const of = (piece: string) => probable.filter((each) => each.token === piece).slice(0, 1);
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, logprobs: [], text: '' } },
    ...grown('response.output_text.delta', text, (piece) => ({ ...at, logprobs: of(piece) })),
    { type: 'response.output_text.done', ...at, text, logprobs: probable },
    { type: 'response.content_part.done', ...at, part },
  ];
}
