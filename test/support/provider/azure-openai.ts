import type { Answer, Api, ApiRequest } from './api.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiModels } from './openai-models.ts';
import { openaiResponses } from './openai-responses.ts';
import { type Json, json, token } from './openai-shared.ts';

/**
 * The same APIs under Azure's paths: a deployment in place of a model, `api-key` in place of `Authorization`, a version in the
 * query of all but the v1 paths, and what its filters found beside each answer of chat.
 */
export const azureOpenai: Api = {
  name: 'azure',
  answers: (_, path) => /^\/openai\//.test(path),
  answer(request, behaviour) {
    const wrong = mistake(request);
    if (wrong) return wrong;
    const inner = asOpenai(request);
    const path = inner.path.split('?', 1)[0] ?? '';
    const api = apis.find((each) => each.answers(request.method, path));
    if (api === undefined) return fault(request, 404, '404', 'Resource not found');
    const answer = api.answer(inner, behaviour);
    const headers = [...answer.headers, ...ofAzure(request)];
    const filters = api === openaiChat && answer.status === 200;
    return { ...answer, headers, pieces: filters ? answer.pieces.map(filtered) : answer.pieces };
  },
};

const apis = [openaiChat, openaiCompletions, openaiResponses, openaiModels, openaiEmbeddings];

function mistake(request: ApiRequest): Answer | undefined {
  if (request.headers['api-key'] === undefined && request.headers.authorization === undefined) {
    const message =
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription.';
    return fault(request, 401, '401', message);
  }
  const [path = '', query = ''] = request.path.split('?', 2);
  if (path.startsWith('/openai/v1/') || /(^|&)api-version=/.test(query)) return undefined;
  return fault(request, 404, '404', 'Resource not found');
}

const fault = (request: ApiRequest, status: number, code: string, message: string): Answer => ({
  ...json(request, status, { error: { code, message } }),
  headers: [['Content-Type', 'application/json'], ...ofAzure(request)],
});

function asOpenai(request: ApiRequest): ApiRequest {
  const [, deployment, rest = ''] =
    /^\/openai(?:\/deployments\/([^/]+)|\/v1)?(\/.*)$/.exec(request.path) ?? [];
  const authorization = request.headers.authorization ?? `Bearer ${String(request.headers['api-key'])}`;
  return {
    ...request,
    path: `/v1${rest}`,
    headers: { ...request.headers, authorization },
    body: deployment === undefined ? request.body : withModel(request.body, deployment),
  };
}

function withModel(body: Buffer, model: string): Buffer {
  try {
    return Buffer.from(JSON.stringify({ ...(JSON.parse(body.toString()) as Json), model }));
  } catch {
    return body;
  }
}

const ofAzure = (request: ApiRequest): [string, string][] => [
  ['apim-request-id', token(36, 'apim', request.call, request.bodySha256).toLowerCase()],
  ['x-ms-region', 'Sweden Central'],
  ['x-ms-client-request-id', 'Not-Set'],
];

const safe = Object.fromEntries(
  ['hate', 'self_harm', 'sexual', 'violence'].map((kind) => [kind, { filtered: false, severity: 'safe' }]),
);
const prompt = [{ prompt_index: 0, content_filter_results: safe }];

/** The findings on the prompt come with a JSON answer, or in an event of their own before all others. */
function filtered(piece: Buffer, at: number): Buffer {
  const [, field = '', body = '', end = ''] = /^(data: ?)?(\{[\s\S]*\})(\s*)$/.exec(piece.toString()) ?? [];
  if (body === '') return piece;
  const answer = JSON.parse(body) as { choices: { delta?: object }[] };
  const choices = answer.choices.map((choice) => ({
    ...choice,
    content_filter_results: choice.delta !== undefined && Object.keys(choice.delta).length === 0 ? {} : safe,
  }));
  if (field === '') {
    return Buffer.from(JSON.stringify({ ...answer, choices, prompt_filter_results: prompt }));
  }
  const first = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: prompt };
  const before = at === 0 ? `${field}${JSON.stringify(first)}${end}` : '';
  return Buffer.from(`${before}${field}${JSON.stringify({ ...answer, choices })}${end}`);
}
