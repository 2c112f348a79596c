import { answerTo, toLength } from './answers.ts';
import type { Api, ApiRequest } from './api.ts';
import type { Answering, Shaping } from './behaviour.ts';
import { plainEventStream } from './event-stream.ts';
import { error, headers, json, models, objection, pretty, unavailable } from './gemini-shared.ts';
import { countTokens, type Json, token, wordsOf } from './openai-shared.ts';
import { chooseCalls } from './openai-tools.ts';

/**
 * Gemini, as published: `generateContent` answers whole; `streamGenerateContent` in pieces, as server-sent events with
 * `alt=sse` and as one JSON array without. Nothing follows the piece that says why the answer ended.
 */
export const gemini: Api = {
  name: 'generateContent',
  answers: (method, path) =>
    method === 'POST' && /^\/v1\w*\/.*\/[^/:]+:(streamG|g)enerateContent$|:countTokens$/.test(path),
  answer(request, behaviour) {
    const refused = objection(request, behaviour);
    if (refused) return refused;
    const [, model = '', verb = ''] = /\/([^/:]+):(\w+)/.exec(request.path) ?? [];
    if (!models.has(model))
      return error(request, 404, `models/${model} is not found for API version v1beta.`);
    const body = parse(request);
    if (body === undefined) return error(request, 400, 'Invalid JSON payload received.');
    if (!Array.isArray(body.contents) || body.contents.length === 0)
      return error(request, 400, '* GenerateContentRequest.contents: contents is not specified');
    if (verb === 'countTokens')
      return json(request, 200, { totalTokens: countTokens(JSON.stringify(body.contents)) });
    const said = generation(request, model, body, behaviour);
    if (verb === 'generateContent') return json(request, 200, said);
    return streamed(request, pieces(said, behaviour), behaviour);
  },
};

function streamed(request: ApiRequest, list: Json[], behaviour: Answering & Shaping) {
  const sent = { status: 200, stream: true };
  if (/[?&]alt=sse/.test(request.path))
    return {
      ...sent,
      headers: headers(request, 'text/event-stream'),
      pieces: plainEventStream(list, { lineEnd: '\r\n', ...behaviour }, unavailable),
    };
  const told = behaviour.missingDone ? list.slice(0, -1) : list;
  return {
    ...sent,
    headers: headers(request, 'application/json; charset=UTF-8'),
    pieces: [
      ...told.map((each, at) => Buffer.from(`${at === 0 ? '[' : ',\r\n'}${pretty(each)}`)),
      Buffer.from(']\n'),
    ],
  };
}

function parse(request: ApiRequest): Json | undefined {
  try {
    const value: unknown = JSON.parse(request.body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {}
  return undefined;
}

interface Generation extends Json {
  candidates: { content: { parts: Json[]; role: string }; finishReason: string; index: number }[];
  usageMetadata: Json;
}

function generation(request: ApiRequest, model: string, body: Json, behaviour: Answering): Generation | Json {
  const id = token(22, 'response', request.call, request.bodySha256);
  const prompt = countTokens(JSON.stringify(body.contents));
  if (behaviour.refusal !== undefined)
    return {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: prompt, totalTokenCount: prompt },
      modelVersion: model,
      responseId: id,
    };
  const config = (body.generationConfig ?? body.generation_config ?? {}) as Json;
  const count = Number(config.candidateCount ?? 1);
  const candidates = Array.from({ length: count }, (_, index) =>
    candidate(request, body, config, behaviour, index),
  );
  const output = countTokens(JSON.stringify(candidates));
  return {
    candidates,
    usageMetadata: {
      promptTokenCount: prompt,
      candidatesTokenCount: output,
      totalTokenCount: prompt + output,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    },
    modelVersion: model,
    responseId: id,
  };
}

function candidate(request: ApiRequest, body: Json, config: Json, behaviour: Answering, index: number) {
  const thinks = (config.thinkingConfig as Json | undefined)?.includeThoughts === true;
  const thoughts =
    thinks || behaviour.thinking
      ? [{ text: behaviour.thinking ?? 'The user asks. I know.', thought: true }]
      : [];
  const calls = behaviour.toolCalls ?? chooseCalls(asked(body), lastUserText(body));
  if (calls.length > 0) {
    const parts = calls.map((call, at) => ({
      functionCall: { name: call.name, args: JSON.parse(call.arguments) as Json },
      ...(at === 0 ? { thoughtSignature: token(48, 'thought', request.bodySha256) } : {}),
    }));
    return ended([...thoughts, ...parts], behaviour.finishReason ?? 'STOP', index);
  }
  const whole = text(body, config, behaviour) + (index === 0 ? '' : ` (candidate ${index + 1})`);
  const words = wordsOf(whole);
  const kept = words.slice(0, Number(config.maxOutputTokens ?? Number.POSITIVE_INFINITY));
  const reason = behaviour.finishReason ?? (kept.length < words.length ? 'MAX_TOKENS' : 'STOP');
  return ended([...thoughts, { text: kept.join('') }], reason, index);
}

const ended = (parts: Json[], finishReason: string, index: number) => ({
  content: { parts, role: 'model' },
  finishReason,
  index,
});

function text(body: Json, config: Json, behaviour: Answering): string {
  const said = behaviour.content ?? answerTo(lastUserText(body));
  const isFormed = (config.responseMimeType ?? 'text/plain') !== 'text/plain';
  const formed = isFormed && behaviour.content === undefined ? JSON.stringify({ answer: said }) : said;
  return behaviour.bytes === undefined ? formed : toLength(formed, behaviour.bytes);
}

const isUser = (content: Json) => (content.role ?? 'user') === 'user';

function lastUserText(body: Json): string {
  const parts = (body.contents as Json[]).findLast(isUser)?.parts;
  return (Array.isArray(parts) ? (parts as Json[]) : []).map((part) => part.text ?? '').join(' ');
}

/** The tools and the choice in the form of the other provider, which decides in `openai-tools.ts`. */
function asked(body: Json): Json {
  const last = (body.contents as Json[]).at(-1) ?? {};
  const isResult = ((last.parts ?? []) as Json[]).some((part) => part.functionResponse !== undefined);
  const calling = ((body.toolConfig ?? {}) as { functionCallingConfig?: Json }).functionCallingConfig;
  return {
    tools: ((body.tools ?? []) as Json[])
      .flatMap((tool) => (tool.functionDeclarations ?? tool.function_declarations ?? []) as Json[])
      .map(({ name, parameters, parametersJsonSchema }) => ({
        function: { name, parameters: parameters ?? parametersJsonSchema },
      })),
    tool_choice: calling?.mode === 'ANY' ? 'required' : calling?.mode === 'NONE' ? 'none' : 'auto',
    messages: [{ role: isResult ? 'tool' : isUser(last) ? 'user' : last.role }],
  };
}

/** The parts word by word; the usage grows, and the last piece of each candidate says why it ended. */
function pieces(said: Generation | Json, behaviour: Answering): Json[] {
  const { candidates, usageMetadata, ...top } = said as Generation;
  if (candidates === undefined) return [said];
  const rows = candidates.map(({ content, finishReason, index }) => {
    const parts = content.parts.flatMap((part) => smaller(part, behaviour));
    return parts.map((part, at) => ({
      content: { parts: [part], role: content.role },
      ...(at === parts.length - 1 ? { finishReason } : {}),
      index,
    }));
  });
  const longest = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: longest }, (_, at) => ({
    candidates: rows.flatMap((row) => row[at] ?? []),
    usageMetadata:
      at === longest - 1
        ? usageMetadata
        : {
            promptTokenCount: usageMetadata.promptTokenCount,
            totalTokenCount: usageMetadata.promptTokenCount,
          },
    ...top,
  }));
}

function smaller(part: Json, { chunks }: Answering): Json[] {
  if (typeof part.text !== 'string') return [part];
  const size = chunks === undefined ? 0 : Math.max(1, Math.ceil(part.text.length / chunks));
  const words =
    chunks === undefined ? wordsOf(part.text) : part.text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g'));
  return (words ?? ['']).map((word) => ({ ...part, text: word }));
}
