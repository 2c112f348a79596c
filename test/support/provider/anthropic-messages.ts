import { answerTo, toLength } from './answers.ts';
import { error, headers, json, mistake, models, objection, overloaded } from './anthropic-shared.ts';
import type { Answer, Api, ApiRequest } from './api.ts';
import type { Answering } from './behaviour.ts';
import { typedEventStream } from './event-stream.ts';
import { countTokens, type Json, token, wordsOf } from './openai-shared.ts';
import { chooseCalls } from './openai-tools.ts';

/** Anthropic Messages, as published: one message, or named events that add up to it; and the count of a request's tokens. */
export const anthropicMessages: Api = {
  name: 'messages',
  answers: (method, path) => method === 'POST' && /^\/v1\/messages(\/count_tokens)?$/.test(path),
  answer(request, behaviour) {
    const refused = objection(request, behaviour);
    if (refused) return refused;
    const body = parse(request);
    if (body === undefined) return error(request, 400, 'The request body is not valid JSON');
    const wrong = mistake(request, body);
    if (wrong) return wrong;
    if (request.path.startsWith('/v1/messages/count_tokens'))
      return json(request, 200, { input_tokens: countTokens(JSON.stringify(body.messages)) });
    if (typeof body.max_tokens !== 'number') return error(request, 400, 'max_tokens: Field required');
    const said = message(request, body, behaviour);
    if (body.stream !== true) return json(request, 200, said);
    return streamed(request, events(said, behaviour), behaviour);
  },
};

function streamed(request: ApiRequest, list: Event[], behaviour: Parameters<Api['answer']>[1]): Answer {
  return {
    status: 200,
    headers: [...headers(request, 'text/event-stream; charset=utf-8'), ['Cache-Control', 'no-cache']],
    pieces: typedEventStream(list, behaviour, overloaded),
    stream: true,
  };
}

function parse(request: ApiRequest): Json | undefined {
  try {
    const value: unknown = JSON.parse(request.body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {}
  return undefined;
}

interface Event extends Json {
  type: string;
}

interface Message extends Json {
  content: Json[];
  usage: Json;
}

function message(request: ApiRequest, body: Json, behaviour: Answering): Message {
  const model = String(body.model);
  const { content, stop } = said(request, body, behaviour);
  return {
    model: models.get(model) ?? model,
    id: `msg_01${token(22, 'msg', request.call, request.bodySha256)}`,
    type: 'message',
    role: 'assistant',
    container: null,
    content,
    diagnostics: null,
    stop_details: null,
    ...stop,
    usage: usage(body, content),
  };
}

function said(request: ApiRequest, body: Json, behaviour: Answering): { content: Json[]; stop: Json } {
  const ended = (reason: string, sequence: string | null = null) => ({
    stop_reason: behaviour.finishReason ?? reason,
    stop_sequence: sequence,
  });
  if (behaviour.refusal !== undefined) {
    const explained = { type: 'refusal', category: null, explanation: behaviour.refusal };
    return { content: [], stop: { ...ended('refusal'), stop_details: explained } };
  }
  const thoughts = thinking(request, body, behaviour);
  const calls = behaviour.toolCalls ?? chooseCalls(asked(body), lastUserText(body));
  if (calls.length > 0) {
    const uses = calls.map((call, at) => ({
      type: 'tool_use',
      id: `toolu_01${token(22, 'toolu', request.call, at)}`,
      caller: { type: 'direct' },
      name: call.name,
      input: JSON.parse(call.arguments) as Json,
    }));
    const opening = { type: 'text', text: 'Let me look that up.', citations: null };
    return { content: [...thoughts, opening, ...uses], stop: ended('tool_use') };
  }
  const whole = text(body, behaviour);
  const sequence = ((body.stop_sequences ?? []) as string[]).find((each) => whole.includes(each));
  const words = wordsOf(sequence === undefined ? whole : whole.slice(0, whole.indexOf(sequence)));
  const kept = words.slice(0, Number(body.max_tokens));
  const reason = sequence === undefined ? 'end_turn' : 'stop_sequence';
  return {
    content: [...thoughts, ...searched(request, body), ...block(body, kept.join(''))],
    stop: kept.length < words.length ? ended('max_tokens') : ended(reason, sequence ?? null),
  };
}

/** A text that quotes, where the request brings a document to quote from. */
function block(body: Json, whole: string): Json[] {
  const quoted = contents(body).find((each) => each.type === 'document' && (each.citations as Json)?.enabled);
  if (quoted === undefined) return [{ type: 'text', text: whole, citations: null }];
  const citation = {
    type: 'char_location',
    cited_text: 'The grass is green.',
    document_index: 0,
    document_title: quoted.title ?? null,
    file_id: null,
    start_char_index: 0,
    end_char_index: 19,
  };
  return [
    { type: 'text', text: 'The document says: ', citations: null },
    { type: 'text', text: whole, citations: [citation, { ...citation, start_char_index: 20 }] },
  ];
}

function thinking(request: ApiRequest, body: Json, behaviour: Answering): Json[] {
  const type = (body.thinking as Json | undefined)?.type;
  if (behaviour.thinking === undefined && (type === undefined || type === 'disabled')) return [];
  const thought = behaviour.thinking ?? 'The user asks something. I know the answer.';
  return [{ type: 'thinking', thinking: thought, signature: token(64, 'signature', request.bodySha256) }];
}

/** What the provider finds when it may search. */
function searched(request: ApiRequest, body: Json): Json[] {
  const tool = ((body.tools ?? []) as Json[]).find((each) => String(each.type).startsWith('web_search'));
  if (tool === undefined) return [];
  const id = `srvtoolu_01${token(22, 'srvtoolu', request.call)}`;
  const found = {
    type: 'web_search_result',
    title: 'News',
    url: 'https://news.test/',
    encrypted_content: 'E',
    page_age: null,
  };
  return [
    { type: 'server_tool_use', id, caller: { type: 'direct' }, name: 'web_search', input: { query: 'news' } },
    {
      type: 'web_search_tool_result',
      tool_use_id: id,
      caller: { type: 'direct' },
      content: [found],
    },
  ];
}

function text(body: Json, behaviour: Answering): string {
  const whole = behaviour.content ?? answerTo(lastUserText(body));
  const isFormed = (body.output_config as Json | undefined)?.format != null;
  const formed = isFormed && behaviour.content === undefined ? JSON.stringify({ answer: whole }) : whole;
  return behaviour.bytes === undefined ? formed : toLength(formed, behaviour.bytes);
}

function contents(body: Json): Json[] {
  const { content } = (body.messages as Json[]).findLast((each) => each?.role === 'user') ?? {};
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? (content as Json[]) : [];
}

const lastUserText = (body: Json) =>
  contents(body)
    .map((each) => each.text ?? '')
    .join(' ')
    .trim();

/** The tools and the choice in the form of the other provider, which decides in `openai-tools.ts`. */
function asked(body: Json): Json {
  const choice = body.tool_choice as Json | undefined;
  const last = (body.messages as Json[]).at(-1);
  const isResult = contents(body).some((each) => each.type === 'tool_result');
  return {
    tools: ((body.tools ?? []) as Json[])
      .filter((tool) => tool.input_schema !== undefined)
      .map((tool) => ({ function: { name: tool.name, parameters: tool.input_schema } })),
    tool_choice:
      choice?.type === 'tool'
        ? { function: { name: choice.name } }
        : choice?.type === 'any'
          ? 'required'
          : choice?.type,
    messages: [{ role: isResult ? 'tool' : last?.role }],
    parallel_tool_calls: choice?.disable_parallel_tool_use !== true,
  };
}

function usage(body: Json, content: Json[]): Json {
  const input = countTokens(JSON.stringify(body.messages));
  const marked = JSON.stringify(body).includes('"cache_control"');
  const created = marked ? countTokens(JSON.stringify([body.system, body.tools])) : 0;
  return {
    input_tokens: input,
    cache_creation_input_tokens: created,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: created, ephemeral_1h_input_tokens: 0 },
    output_tokens: 1 + countTokens(JSON.stringify(content)),
    service_tier: 'standard',
    inference_geo: 'not_available',
  };
}

function events(said: Message, behaviour: Answering): Event[] {
  const { content, stop_reason, stop_sequence, stop_details, usage: told, ...head } = said;
  const begun = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...told, output_tokens: 1 },
  };
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = told;
  const list: Event[] = [
    { type: 'message_start', message: begun },
    ...content.flatMap((each, index) => blockEvents(each, index, behaviour)),
    {
      type: 'message_delta',
      delta: { container: null, stop_reason, stop_sequence, stop_details },
      usage: { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens },
    },
    { type: 'message_stop' },
  ];
  return list;
}

function blockEvents(block: Json, index: number, behaviour: Answering): Event[] {
  const { start, deltas } = apart(block, behaviour);
  return [
    { type: 'content_block_start', index, content_block: start },
    ...(index === 0 ? [{ type: 'ping' }] : []),
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function apart(block: Json, behaviour: Answering): { start: Json; deltas: Json[] } {
  if (block.type === 'text') {
    const cited = (block.citations ?? []) as Json[];
    return {
      start: { ...block, text: '', ...(cited.length > 0 && { citations: [] }) },
      deltas: [
        ...pieces(String(block.text), behaviour).map((piece) => ({ type: 'text_delta', text: piece })),
        ...cited.map((citation) => ({ type: 'citations_delta', citation })),
      ],
    };
  }
  if (block.type === 'thinking')
    return {
      start: { ...block, thinking: '', signature: '' },
      deltas: [
        ...wordsOf(String(block.thinking)).map((piece) => ({ type: 'thinking_delta', thinking: piece })),
        { type: 'signature_delta', signature: block.signature },
      ],
    };
  if (block.type === 'tool_use' || block.type === 'server_tool_use') {
    const json = ['', ...(JSON.stringify(block.input).match(/[\s\S]{1,6}/g) ?? [])];
    return {
      start: { ...block, input: {} },
      deltas: json.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    };
  }
  return { start: block, deltas: [] };
}

function pieces(whole: string, { chunks }: Answering): string[] {
  if (chunks === undefined) return wordsOf(whole);
  return whole.match(new RegExp(`[\\s\\S]{1,${Math.max(1, Math.ceil(whole.length / chunks))}}`, 'g')) ?? [];
}
