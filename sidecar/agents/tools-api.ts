import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import Type, { type Static } from 'typebox';
import type { AgentsApiParts } from './api.ts';
import { audible } from './audible.ts';
import { anything, asking, canonically, keeping, ofTool, secondsOf, shallow, strict } from './bodies.ts';
import { bodyOf } from './results.ts';
import { rulesOf, wantedOf } from './tools.ts';

const semantic = Type.Optional(
  Type.Boolean({ description: '`false` compares the whole input exactly, whatever the policy says.' }),
);

const lookup = Type.Object(
  {
    input: anything('The input of the tool, any JSON.'),
    threshold: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    semantic,
    ...asking,
  },
  strict,
);

const result = Type.Object(
  {
    input: anything('The input of the tool, any JSON.'),
    result: anything('What the tool gave, any JSON.'),
    success: Type.Boolean({ description: 'Failed results are not kept, unless the policy says so.' }),
    metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    semantic,
    ...keeping,
  },
  strict,
);

/** What an entry of a tool holds. */
interface Kept {
  readonly result: unknown;
  readonly success: boolean;
  readonly metadata: object;
}

/** `/cache/tools/{tool}`: results of tools, by the exact input and then by meaning, within the tool. */
export function toolsApi(parts: AgentsApiParts): FastifyPluginAsync {
  const { answering, results, settings, steady, partitionOf } = parts;
  return async (api: FastifyInstance) => {
    api.post<{ Params: Static<typeof ofTool>; Body: Static<typeof lookup> }>(
      '/:tool/lookup',
      { schema: { params: ofTool, body: lookup } },
      async (request, reply) => {
        const { tool } = request.params;
        const { input, threshold, semantic, user } = request.body;
        shallow('input', input);
        const partition = partitionOf(request, user);
        if (!rulesOf(tool, settings()).readOnly) return { hit: false, reason: 'not-read-only' };
        const call = { tool, input, partition, threshold, semantic, since: steady() };
        const wanted = canonically('input', () => wantedOf(call, settings()));
        const answer = answering.look(wanted, request.body, reply, async ({ entry, phase, similarity }) => {
          const { result, success, metadata } = bodyOf<Kept>(entry);
          return { result, success, phase, similarity, ...(await answering.about(entry)), metadata };
        });
        return await audible(reply, answer);
      },
    );

    api.put<{ Params: Static<typeof ofTool>; Body: Static<typeof result> }>(
      '/:tool',
      { schema: { params: ofTool, body: result } },
      async (request, reply) => {
        const { tool } = request.params;
        const { input, result, success, metadata = {}, semantic, ttl, lease, user } = request.body;
        const { since = steady() } = request.body;
        for (const [field, value] of Object.entries({ input, result, metadata })) shallow(field, value);
        const partition = partitionOf(request, user);
        const rules = rulesOf(tool, settings());
        const ttlSeconds = secondsOf('ttl', ttl) ?? rules.ttlSeconds;
        const call = { tool, input, partition, semantic, since };
        const wanted = canonically('input', () => wantedOf(call, settings()));
        answering.check(lease, wanted);
        const body: Kept = { result, success, metadata };
        const kept = !rules.readOnly
          ? ({ reason: 'not-read-only' } as const)
          : !success && !rules.storeFailures
            ? ({ reason: 'failed' } as const)
            : await results.keep(wanted, { body, ttlSeconds, tool, tags: [], sources: [] });
        return answering.taken(kept, wanted, { lease, result, failed: !success }, reply);
      },
    );
  };
}
