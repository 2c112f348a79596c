import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { bodyOf } from '../admin/body.ts';
import { Refused } from '../admin/refused.ts';
import { parseExactly } from '../dialects/exact-json.ts';
import { isTooComplex, mostValues } from '../proxy/parse-body.ts';
import type { GivenAnswers, Taken } from './given-answer.ts';

const given = Type.Object(
  {
    path: Type.String({ minLength: 1, maxLength: 2_048 }),
    request: Type.Object({}),
    answer: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);

export interface AnswersApiParts {
  readonly answers: GivenAnswers;
  readonly maxRequestBytes: () => number;
}

/** `PUT /cache/answers`: an answer for a question that nobody has asked yet. On the port for the application. */
export function answersApi({ answers, maxRequestBytes }: AnswersApiParts): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    // Bytes: what holds more values than the cache would read of the request is not even parsed.
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('application/json', (request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
      bodyOf(request, payload, maxRequestBytes()),
    );
    api.addHook('preValidation', async (request, reply) => {
      const { body } = request;
      if (!Buffer.isBuffer(body)) return;
      if (isTooComplex(body, mostValues + around))
        return reply.send({ stored: false, reason: 'too-complex' } satisfies Taken);
      request.body = parsed(body);
    });

    api.put<{ Body: Static<typeof given> }>(
      '/answers',
      { schema: { body: given } },
      async ({ headers, body }, reply) => {
        const taken = await answers.take(headers, body);
        return reply.code('entry' in taken ? 201 : 200).send(taken);
      },
    );
  };
}

/** @throws Refused */
function parsed(body: Buffer): unknown {
  try {
    return parseExactly(strictUtf8.decode(body));
  } catch (error) {
    throw new Refused(400, `body: expected JSON, found ${(error as Error).message}`, 'body');
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Signs that `isTooComplex` counts beside the request: the brace and two commas of the call. */
const around = 3;
