import { createHash } from 'node:crypto';
import type { Api } from './api.ts';
import { countTokens, error, isAnswer, json, objection, parse } from './openai-shared.ts';

/** Vectors that depend on the text and mean nothing. */
export const openaiEmbeddings: Api = {
  name: 'embeddings',
  answers: (method, path) =>
    method === 'POST' && /^\/(v1|openai\/deployments\/[^/]+)\/embeddings$/.test(path),
  answer(request, behaviour) {
    const refused = objection(request, behaviour);
    if (refused) return refused;
    const body = parse(request);
    if (isAnswer(body)) return body;
    if (typeof body.model !== 'string' && !request.path.includes('/deployments/'))
      return error(request, 400, { message: 'you must provide a model parameter' });
    const input = Array.isArray(body.input) && typeof body.input[0] !== 'number' ? body.input : [body.input];
    if (input.length === 0 || input.some((each) => each === undefined || each === ''))
      return error(request, 400, { message: "'$.input' is invalid.", param: 'input' });
    const texts = input.map(String);
    const dimensions = Number(body.dimensions ?? 1536);
    const data = texts.map((text, index) => ({
      object: 'embedding',
      index,
      embedding:
        body.encoding_format === 'base64' ? base64(vector(text, dimensions)) : vector(text, dimensions),
    }));
    const tokens = countTokens(texts.join(''));
    return json(request, 200, {
      object: 'list',
      data,
      model: body.model ?? 'text-embedding-3-small',
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  },
};

function vector(text: string, dimensions: number): number[] {
  const raw = Array.from({ length: dimensions }, (_, at) => {
    const digest = at % 8 === 0 ? createHash('sha256').update(`${text}\0${at}`).digest() : undefined;
    return (digest ?? Buffer.from([(at * 97) % 256])).readUInt8(0) - 128;
  });
  const length = Math.hypot(...raw) || 1;
  return raw.map((each) => Math.fround(each / length));
}

const base64 = (values: number[]) => Buffer.from(new Float32Array(values).buffer).toString('base64');
