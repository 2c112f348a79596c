import { answerTo, toLength } from './answers.ts';
import type { Answer, Api, ApiRequest } from './api.ts';
import type { Answering } from './behaviour.ts';
import { eventStream } from './event-stream.ts';
import { evenly } from './openai-chat.ts';
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

/** OpenAI legacy completions, as published: the same object whole, or in pieces of its text. */
export const openaiCompletions: Api = {
  name: 'completions',
  answers: (method, path) => method === 'POST' && path === '/v1/completions',
  answer(request, behaviour) {
    const refused = objection(request, behaviour);
    if (refused) return refused;
    const body = parse(request);
    if (isAnswer(body)) return body;
    const wrong = mistake(request, body);
    if (wrong) return wrong;
    const head = {
      id: `cmpl-${token(29, 'completion', request.call, request.bodySha256)}`,
      object: 'text_completion',
      created: createdAt(request.call),
      model: snapshots.get(String(body.model)) ?? body.model,
    };
    const texts = promptsOf(body).flatMap((prompt) =>
      Array.from({ length: Number(body.n ?? 1) }, (_, n) => said(prompt, body, behaviour, n)),
    );
    const usage = usageOf(body, texts);
    if (body.stream !== true)
      return json(request, 200, {
        ...head,
        choices: texts.map((each, index) => whole(each, index, body)),
        usage,
      });
    const answer = {
      status: 200,
      headers: headers(request, 'text/event-stream; charset=utf-8'),
      stream: true,
    };
    const withUsage = (body.stream_options as Json | undefined)?.include_usage === true;
    const chunks: Json[] = texts
      .flatMap((each, index) => pieces(each, index, body))
      .map((choice) => ({
        ...head,
        choices: [choice],
        ...(withUsage && { usage: null }),
      }));
    if (withUsage) chunks.push({ ...head, choices: [], usage });
    return { ...answer, pieces: eventStream(chunks, '[DONE]', behaviour) };
  },
};

function mistake(request: ApiRequest, body: Json): Answer | undefined {
  if (typeof body.model !== 'string')
    return error(request, 400, { message: 'you must provide a model parameter' });
  if (snapshots.has(body.model)) return undefined;
  const message = `The model \`${body.model}\` does not exist or you do not have access to it.`;
  return error(request, 404, { message, code: 'model_not_found' });
}

/** A text, texts, tokens, or lists of tokens: tokens are read as their numbers. */
function promptsOf({ prompt = '' }: Json): string[] {
  if (!Array.isArray(prompt)) return [String(prompt)];
  return prompt.every((each) => typeof each === 'number') ? [prompt.join(' ')] : prompt.map(String);
}

interface Said {
  prompt: string;
  words: string[];
  finishReason: string;
}

/** Sixteen tokens, unless the request says otherwise: that is the API's own limit. */
function said(prompt: string, body: Json, behaviour: Answering, n: number): Said {
  const text = behaviour.content ?? ` ${answerTo(prompt)}${n === 0 ? '' : ` (choice ${n + 1})`}`;
  const filled = behaviour.bytes === undefined ? text : toLength(text, behaviour.bytes);
  const words = behaviour.chunks === undefined ? wordsOf(filled) : evenly(filled, behaviour.chunks);
  const kept = words.slice(0, Number(body.max_tokens ?? 16));
  const finishReason = behaviour.finishReason ?? (kept.length < words.length ? 'length' : 'stop');
  return { prompt, words: body.echo === true ? [prompt, ...kept] : kept, finishReason };
}

function whole({ prompt, words, finishReason }: Said, index: number, body: Json): Json {
  return {
    text: words.join(''),
    index,
    logprobs: logprobs(words, body.echo === true ? 0 : prompt.length, body),
    finish_reason: finishReason,
  };
}

function pieces({ prompt, words, finishReason }: Said, index: number, body: Json): Json[] {
  let offset = body.echo === true ? 0 : prompt.length;
  const told = words.map((word) => {
    const choice = { text: word, index, logprobs: logprobs([word], offset, body), finish_reason: null };
    offset += word.length;
    return choice;
  });
  return [...told, { text: '', index, logprobs: null, finish_reason: finishReason }];
}

function logprobs(words: string[], from: number, body: Json): Json | null {
  if (typeof body.logprobs !== 'number') return null;
  let offset = from;
  const offsets = words.map((word) => {
    offset += word.length;
    return offset - word.length;
  });
  return {
    tokens: words,
    token_logprobs: words.map(() => -0.25),
    top_logprobs: words.map((word) => ({ [word]: -0.25 })),
    text_offset: offsets,
  };
}

function usageOf(body: Json, texts: Said[]): Json {
  const [input, output] = [
    countTokens(promptsOf(body).join('')),
    countTokens(texts.flatMap(({ words }) => words).join('')),
  ];
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
