import { answerTo, toLength } from './answers.ts';
import type { Answer, Api, ApiRequest } from './api.ts';
import type { Answering, Shaping } from './behaviour.ts';
import { typedEventStream } from './event-stream.ts';
import { evenly, lastUserText } from './openai-chat.ts';
import { snapshots } from './openai-models.ts';
import { type ResponseEvent, responseEvents } from './openai-responses-events.ts';
import {
  countTokens,
  createdAt,
  error,
  headers,
  isAnswer,
  type Json,
  json,
  objection,
  parse,
  token,
  wordsOf,
} from './openai-shared.ts';
import { chooseCalls } from './openai-tools.ts';

/** OpenAI Responses, as published: one JSON object, or typed events that add up to it; and what is kept of them. */
export const openaiResponses: Api = {
  name: 'responses',
  answers: (_, path) => /^\/v1\/responses(\/[^/]+){0,2}$/.test(path),
  answer(request, behaviour) {
    const refused = objection(request, behaviour);
    if (refused) return refused;
    const [, id, part] = (request.path.split('?', 1)[0] ?? '').split('/').slice(2);
    if (id !== undefined) return keptAnswer(request, id, part);
    if (request.method !== 'POST') return error(request, 404, { code: null, message: 'Invalid URL' });
    const body = parse(request);
    if (isAnswer(body)) return body;
    return mistake(request, body) ?? created(request, body, behaviour);
  },
};

/** By id, as long as the process lives; the oldest go first. */
const kept = new Map<string, { response: Json; input: Json[] }>();

function keep(response: Json, input: Json[]): void {
  kept.set(String(response.id), { response, input });
  const [oldest] = kept.keys();
  if (kept.size > 1000 && oldest !== undefined) kept.delete(oldest);
}

function keptAnswer(request: ApiRequest, id: string, part: string | undefined): Answer {
  const found = kept.get(id);
  if (found === undefined) {
    return error(request, 404, { code: null, message: `Response with id '${id}' not found.` });
  }
  if (part === 'input_items')
    return json(request, 200, { object: 'list', data: found.input, has_more: false });
  if (part === 'cancel') {
    found.response = { ...found.response, status: 'cancelled' };
    return json(request, 200, found.response);
  }
  if (request.method !== 'DELETE') return json(request, 200, found.response);
  kept.delete(id);
  return json(request, 200, { id, object: 'response.deleted', deleted: true });
}

function mistake(request: ApiRequest, body: Json): Answer | undefined {
  if (typeof body.model !== 'string')
    return error(request, 400, {
      message: "Missing required parameter: 'model'.",
      param: 'model',
      code: 'missing_required_parameter',
    });
  if (!snapshots.has(body.model)) {
    const message = `The requested model '${body.model}' does not exist.`;
    return error(request, 400, { message, param: 'model', code: 'model_not_found' });
  }
  const { previous_response_id: previous } = body;
  if (previous == null || kept.has(String(previous))) return undefined;
  return error(request, 400, {
    message: `Previous response with id '${previous}' not found.`,
    param: 'previous_response_id',
    code: 'previous_response_not_found',
  });
}

function created(request: ApiRequest, body: Json, behaviour: Answering & Shaping): Answer {
  const input = itemsOf(body.input);
  const words: Words = new Map();
  const output = outputOf(request, body, input, behaviour, words);
  const response = responseOf(request, body, behaviour, output);
  if (body.store !== false) keep(response, input);
  if (body.background === true) {
    return json(request, 200, { ...response, status: 'queued', output: [], usage: null });
  }
  if (body.stream !== true) return json(request, 200, response);
  const options = (body.stream_options ?? {}) as { include_obfuscation?: boolean };
  const events: ResponseEvent[] = responseEvents(response, {
    piecesOf: (text) => words.get(text) ?? wordsOf(text),
    obfuscated: options.include_obfuscation !== false,
  });
  return {
    status: 200,
    headers: headers(request, 'text/event-stream; charset=utf-8'),
    stream: true,
    pieces: typedEventStream(events, behaviour),
  };
}

/** How a text is cut into deltas, where the behaviour says so. */
type Words = Map<string, string[]>;

const itemsOf = (input: unknown): Json[] =>
  typeof input === 'string'
    ? [{ role: 'user', content: input }]
    : Array.isArray(input)
      ? (input as Json[])
      : [];

function outputOf(
  request: ApiRequest,
  body: Json,
  input: Json[],
  behaviour: Answering,
  words: Words,
): Json[] {
  const id = (prefix: string, ...more: (string | number)[]) =>
    `${prefix}_${token(48, prefix, request.call, request.bodySha256, ...more).toLowerCase()}`;
  const thought = reasoningOf(body, id('rs'));
  const calls = behaviour.toolCalls ?? chooseCalls(asChat(body, input), lastUserText({ messages: input }));
  if (calls.length > 0 && behaviour.refusal === undefined) {
    return [
      ...thought,
      ...calls.map(({ name, arguments: args }, at) => ({
        id: id('fc', at),
        type: 'function_call',
        status: 'completed',
        arguments: args,
        call_id: `call_${token(24, 'call', request.call, at)}`,
        name,
      })),
    ];
  }
  const text = textOf(body, input, behaviour);
  const all = behaviour.chunks === undefined ? wordsOf(text) : evenly(text, behaviour.chunks);
  const said = all.slice(0, Number(body.max_output_tokens ?? Number.POSITIVE_INFINITY));
  words.set(said.join(''), said);
  const whole = said.length === all.length && !stopReasons[behaviour.finishReason ?? ''];
  const content =
    behaviour.refusal === undefined
      ? { type: 'output_text', annotations: [], logprobs: logprobs(body, said), text: said.join('') }
      : { type: 'refusal', refusal: behaviour.refusal };
  const message = { id: id('msg'), type: 'message', status: whole ? 'completed' : 'incomplete' };
  return [...thought, { ...message, content: [content], role: 'assistant' }];
}

function reasoningOf(body: Json, id: string): Json[] {
  const reasoning = body.reasoning as { effort?: string; summary?: string } | undefined;
  if (reasoning == null) return [];
  const encrypted = Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content');
  const summary = reasoning.summary
    ? [{ type: 'summary_text', text: '**Reading the question**\n\nIt is short.' }]
    : [];
  return [
    { id, type: 'reasoning', ...(encrypted && { encrypted_content: `gAAAAAB${token(60, id)}` }), summary },
  ];
}

const logprobs = (body: Json, words: string[]): Json[] =>
  Array.isArray(body.include) && body.include.includes('message.output_text.logprobs')
    ? words.map((word) => ({ token: word, bytes: [...Buffer.from(word)], logprob: -0.25, top_logprobs: [] }))
    : [];

function textOf(body: Json, input: Json[], behaviour: Answering): string {
  const said = behaviour.content ?? answerTo(lastUserText({ messages: input }));
  const form = ((body.text as Json | undefined)?.format as Json | undefined)?.type ?? 'text';
  const formed = form === 'text' || behaviour.content !== undefined ? said : JSON.stringify({ answer: said });
  return behaviour.bytes === undefined ? formed : toLength(formed, behaviour.bytes);
}

/** The functions and messages of a response, as the chooser of tools knows them from chat. */
function asChat(body: Json, input: Json[]): Json {
  const choice = body.tool_choice as { type?: string; name?: string } | string | undefined;
  return {
    tools: ((body.tools ?? []) as Json[]).flatMap((tool) =>
      tool.type === 'function' ? { function: tool } : [],
    ),
    tool_choice: typeof choice === 'object' ? { function: { name: choice.name } } : choice,
    parallel_tool_calls: body.parallel_tool_calls,
    messages: input,
  };
}

const stopReasons: Record<string, string> = { length: 'max_output_tokens', content_filter: 'content_filter' };

function responseOf(request: ApiRequest, body: Json, behaviour: Answering, output: Json[]): Json {
  const cut = output.some((item) => item.status === 'incomplete');
  const failed = behaviour.finishReason === 'failed';
  const text = (body.text ?? {}) as Json;
  const reasoning = (body.reasoning ?? {}) as Json;
  return {
    id: `resp_${token(50, 'response', request.call, request.bodySha256).toLowerCase()}`,
    object: 'response',
    created_at: createdAt(request.call),
    status: failed ? 'failed' : cut ? 'incomplete' : 'completed',
    background: body.background === true,
    completed_at: failed || cut ? null : createdAt(request.call) + 1,
    error: failed ? { code: 'server_error', message: 'The model failed to generate a response.' } : null,
    incomplete_details: cut && !failed ? { reason: stopReasons[behaviour.finishReason ?? 'length'] } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    model: snapshots.get(String(body.model)),
    output: failed ? [] : output,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    reasoning: { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: 'default',
    store: body.store !== false,
    temperature: body.temperature ?? 1,
    text: { format: text.format ?? { type: 'text' }, verbosity: text.verbosity ?? 'medium' },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage: failed ? null : usageOf(body, output),
    user: body.user ?? null,
    metadata: body.metadata ?? {},
  };
}

function usageOf(body: Json, output: Json[]): Json {
  const input = countTokens(JSON.stringify(body.input ?? ''));
  const told = countTokens(JSON.stringify(output));
  const thought = output.some(({ type }) => type === 'reasoning') ? 64 : 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: told + thought,
    output_tokens_details: { reasoning_tokens: thought },
    total_tokens: input + told + thought,
  };
}
