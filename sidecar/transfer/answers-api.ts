import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import Type, { type Static } from 'typebox';
import type { GivenAnswers } from './given-answer.ts';

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
  readonly maxRequestBytes: number;
}

/** `PUT /cache/answers`: an answer for a question that nobody has asked yet. On the port for the application. */
export function answersApi({ answers, maxRequestBytes }: AnswersApiParts): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    api.put<{ Body: Static<typeof given> }>(
      '/answers',
      { bodyLimit: maxRequestBytes, schema: { body: given } },
      async ({ headers, body }, reply) => {
        const taken = await answers.take(headers, body);
        return reply.code('entry' in taken ? 201 : 200).send(taken);
      },
    );
  };
}
