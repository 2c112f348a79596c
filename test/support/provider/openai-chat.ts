import { answerTo, toLength } from './answers.ts';
import type { Answer, Api, ApiRequest } from './api.ts';
import type { Answering } from './behaviour.ts';
import { eventStream } from './event-stream.ts';
import { snapshots } from './openai-models.ts';
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
import { chooseCalls, type ToolCall } from './openai-tools.ts';

/** OpenAI chat completions, as published: one JSON message, or server-sent events that add up to it. */
export const openaiChat: Api = {
  name: 'chat.completions',
  answers: (method, path) => method === 'POST' && path === '/v1/chat/completions',
  answer(request, behaviour) {
    const refused = objection(request, behaviour);
    if (refused) return refused;
    const body = parse(request);
    if (isAnswer(body)) return body;
    const wrong = mistake(request, body);
    if (wrong) return wrong;
    const said = completion(request, body, behaviour);
    if (body.stream !== true) return json(request, 200, message(said));
    const answer = {
      status: 200,
      headers: headers(request, 'text/event-stream; charset=utf-8'),
      stream: true,
    };
    return { ...answer, pieces: eventStream(chunks(said, body), '[DONE]', behaviour) };
  },
};

function mistake(request: ApiRequest, body: Json): Answer | undefined {
  if (typeof body.model !== 'string')
    return error(request, 400, { message: 'you must provide a model parameter' });
  if (!Array.isArray(body.messages))
    return error(request, 400, {
      message: "Missing required parameter: 'messages'.",
      param: 'messages',
      code: 'missing_required_parameter',
    });
  if (snapshots.has(body.model)) return undefined;
  const message = `The model \`${body.model}\` does not exist or you do not have access to it.`;
  return error(request, 404, { message, code: 'model_not_found' });
}

interface Choice {
  content: string | null;
  words: string[];
  refusal: string | null;
  toolCalls: ToolCall[];
  finishReason: string;
}

interface Completion {
  common: { id: string; created: number; model: string; service_tier: string; system_fingerprint: string };
  choices: Choice[];
  logprobs: boolean;
  usage: ReturnType<typeof usage>;
}

function completion(request: ApiRequest, body: Json, behaviour: Answering): Completion {
  const model = String(body.model);
  const choices = Array.from({ length: Number(body.n ?? 1) }, (_, index) =>
    choice(request, body, behaviour, index),
  );
  return {
    common: {
      id: `chatcmpl-${token(29, 'chat', request.call, request.bodySha256)}`,
      created: createdAt(request.call),
      model: snapshots.get(model) ?? model,
      service_tier: 'default',
      system_fingerprint: `fp_${token(10, 'fingerprint', model).toLowerCase()}`,
    },
    choices,
    logprobs: body.logprobs === true,
    usage: usage(JSON.stringify(body.messages), choices),
  };
}

function choice(request: ApiRequest, body: Json, behaviour: Answering, index: number): Choice {
  const silent = {
    content: null,
    words: [],
    refusal: null,
    toolCalls: [],
    finishReason: behaviour.finishReason ?? 'stop',
  };
  if (behaviour.refusal !== undefined) return { ...silent, refusal: behaviour.refusal };
  const calls = behaviour.toolCalls ?? chooseCalls(body, lastUserText(body));
  if (calls.length > 0) {
    const toolCalls = calls.map((call, at) => ({
      ...call,
      id: `call_${token(24, 'call', request.call, index, at)}`,
    }));
    return { ...silent, toolCalls, finishReason: behaviour.finishReason ?? 'tool_calls' };
  }
  const whole = text(body, behaviour, index);
  const words = behaviour.chunks === undefined ? wordsOf(whole) : evenly(whole, behaviour.chunks);
  const limit = Number(body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY);
  const kept = words.slice(0, limit);
  const finishReason = behaviour.finishReason ?? (kept.length < words.length ? 'length' : 'stop');
  return { ...silent, content: kept.join(''), words: kept, finishReason };
}

function text(body: Json, behaviour: Answering, index: number): string {
  const said =
    behaviour.content ?? answerTo(lastUserText(body)) + (index === 0 ? '' : ` (choice ${index + 1})`);
  const form = (body.response_format as Json | undefined)?.type ?? 'text';
  const formed = form === 'text' || behaviour.content !== undefined ? said : JSON.stringify({ answer: said });
  return behaviour.bytes === undefined ? formed : toLength(formed, behaviour.bytes);
}

export function evenly(whole: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(whole.length / pieces));
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
    whole.slice(at * size, (at + 1) * size),
  );
}

export function lastUserText(body: Json): string {
  const messages = (body.messages as Json[]).filter((each) => each?.role === 'user');
  const content = messages.at(-1)?.content;
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? (content as Json[]) : [];
  return parts.map((part) => part.text ?? '').join(' ');
}

function usage(prompt: string, choices: Choice[]) {
  const told = choices.map(
    (each) => (each.content ?? each.refusal ?? '') + each.toolCalls.map((call) => call.arguments).join(''),
  );
  const [input, output] = [countTokens(prompt), countTokens(told.join(''))];
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const logprob = (word: string) => ({
  token: word,
  logprob: -0.25,
  bytes: [...Buffer.from(word)],
  top_logprobs: [],
});
const logprobs = (asked: boolean, words: string[]) =>
  asked ? { content: words.map(logprob), refusal: null } : null;
const asFunction = ({ id, name, arguments: args }: ToolCall) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

function message(said: Completion) {
  const { id, created, model, ...rest } = said.common;
  const choices = said.choices.map(({ content, words, refusal, toolCalls, finishReason }, index) => ({
    index,
    message: {
      role: 'assistant',
      content,
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(asFunction) }),
      refusal,
      annotations: [],
    },
    logprobs: logprobs(said.logprobs, words),
    finish_reason: finishReason,
  }));
  return { id, object: 'chat.completion', created, model, choices, usage: said.usage, ...rest };
}

/** The events in order: for each choice its role, then the deltas of all choices in turn, then each choice's end. */
function chunks(said: Completion, body: Json): Json[] {
  const { id, ...rest } = said.common;
  const options = (body.stream_options ?? {}) as { include_usage?: boolean; include_obfuscation?: boolean };
  const chunk = (choices: unknown[], extra: Json = {}) => ({
    id,
    object: 'chat.completion.chunk',
    ...rest,
    choices,
    ...(options.include_usage && { usage: null }),
    ...extra,
  });
  const one = (index: number, { delta, words, finish }: Delta, at: number) =>
    chunk(
      [
        {
          index,
          delta,
          logprobs: words ? logprobs(said.logprobs, words) : null,
          finish_reason: finish ?? null,
        },
      ],
      options.include_obfuscation === false
        ? {}
        : { obfuscation: token(4 + (at % 9), 'obfuscation', id, index, at) },
    );
  const rows = said.choices.map((each, index) => deltas(each).map((delta, at) => one(index, delta, at)));
  const longest = Math.max(...rows.map((row) => row.length));
  const inTurn = Array.from({ length: longest }, (_, at) => rows.flatMap((row) => row[at] ?? [])).flat();
  return options.include_usage ? [...inTurn, chunk([], { usage: said.usage })] : inTurn;
}

interface Delta {
  delta: Json;
  words?: string[];
  finish?: string;
}

function deltas({ words, refusal, toolCalls, finishReason, content }: Choice): Delta[] {
  const end: Delta = { delta: {}, finish: finishReason };
  if (toolCalls.length > 0)
    return [{ delta: { role: 'assistant', content: null } }, ...toolCalls.flatMap(callDeltas), end];
  if (content === null) {
    const said = wordsOf(refusal ?? '').map((word) => ({ delta: { refusal: word } }));
    return [{ delta: { role: 'assistant', content: null, refusal: '' } }, ...said, end];
  }
  const first = { delta: { role: 'assistant', content: '', refusal: null }, words: [] };
  return [first, ...words.map((word) => ({ delta: { content: word }, words: [word] })), end];
}

/** A call opens with its id and name; its arguments follow in pieces of a few letters. */
function callDeltas({ id, name, arguments: args }: ToolCall, index: number): Delta[] {
  const opening = {
    delta: { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
  };
  const pieces = args.match(/[\s\S]{1,6}/g) ?? [];
  return [
    opening,
    ...pieces.map((piece) => ({ delta: { tool_calls: [{ index, function: { arguments: piece } }] } })),
  ];
}
