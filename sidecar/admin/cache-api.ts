import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { found } from '../../crds/found.ts';
import { type AgentsApiParts, agentRemovals, agentsApi } from '../agents/api.ts';
import type { Entry } from '../lookup/entry.ts';
import { longest } from '../lookup/longest.ts';
import { HeaderError } from '../proxy/directives.ts';
import { type BlocksApiParts, blocksApi } from '../quality/blocks-api.ts';
import { type Feedback, type Report, verdicts } from '../quality/feedback.ts';
import type { Selector, Store } from '../stores/store.ts';
import { type AnswersApiParts, answersApi } from '../transfer/answers-api.ts';
import { type TransferParts, transferApi } from '../transfer/transfer-api.ts';
import { Refused } from './refused.ts';

export interface CacheApiParts {
  readonly store: Pick<Store, 'entry'>;
  /** Removes from every phase, and answers how many entries that were. */
  readonly remove: (selector: Selector, options: { dryRun: boolean }) => Promise<number>;
  readonly clock: () => number;
  /** Takes what users say of answers. */
  readonly feedback: Pick<Feedback, 'take'>;
  /**
   * The partition that this caller may see and change; undefined for all of them.
   * @throws Refused
   */
  readonly partitionOf: (request: FastifyRequest) => string | undefined;
  /** Looking up and keeping what agents repeat; on the port for the application only. */
  readonly agents?: AgentsApiParts;
  /** Answers that did not come from the provider; likewise. */
  readonly answers?: AnswersApiParts;
  /** The whole cache out and in; on the port for the cluster only. */
  readonly transfer?: TransferParts;
  /** Blocked pairs; likewise. */
  readonly blocks?: BlocksApiParts;
}

const name = (description: string, maxLength = 256) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }));
/** In a query everything is a text. */
const truth = (description: string) => Type.Optional(Type.Enum(['true', 'false'], { description }));

/** All given conditions hold together. */
const selection = Type.Object(
  {
    id: name('Id of one entry, as in `x-fourfold-entry`.'),
    tag: name('Entries stored with this tag.', longest.tag),
    source: name('Entries whose answer depends on this document.', longest.source),
    model: name("Entries of this provider's model.", longest.model),
    tool: name('Results of this tool.', longest.tool),
    all: truth('Every entry.'),
    dryRun: truth('Only count.'),
  },
  { additionalProperties: false },
);

const report = Type.Object(
  {
    entry: Type.String({ minLength: 1, maxLength: 256 }),
    verdict: Type.Enum([...verdicts]),
    prompt: Type.String({ minLength: 1 }),
    user: name('The end user who asked, for `partitionBy: user`.'),
  },
  { additionalProperties: false },
);

/** `/cache/…`: the cache's own API. Never forwarded to a provider. */
export function cacheApi({
  store,
  remove,
  clock,
  feedback,
  partitionOf,
  agents,
  answers,
  transfer,
  blocks,
}: CacheApiParts): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    // A text is no body of these calls either.
    api.removeContentTypeParser('text/plain');
    api.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      const field =
        error instanceof HeaderError ? error.header : error instanceof Refused ? error.field : fieldOf(error);
      const message = messageOf(error, request);
      reply.code(status).send({ error: { message, ...(field ? { field } : {}) } });
    });
    api.setNotFoundHandler((request, reply) => {
      reply.code(404).send({
        error: { message: `${request.method} ${request.url.split('?', 1)[0]}: no such call of the cache` },
      });
    });

    api.delete<{ Querystring: Static<typeof selection> }>(
      '/entries',
      { schema: { querystring: selection } },
      async (request) => {
        const { dryRun, all, ...conditions } = request.query;
        const chosen = all === 'true' ? { ...conditions, all: true } : conditions;
        const partition = partitionOf(request);
        if (Object.keys(chosen).length === 0) {
          throw new Refused(
            400,
            'querystring: expected one of id, tag, source, model, tool, all=true, found none',
            'querystring',
          );
        }
        const removed = await remove(
          { ...chosen, ...(partition === undefined ? {} : { partition }) },
          { dryRun: dryRun === 'true' },
        );
        return { removed };
      },
    );

    api.register(agentRemovals(remove, partitionOf));
    if (agents !== undefined) api.register(agentsApi(agents));
    if (answers !== undefined) api.register(answersApi(answers));
    if (transfer !== undefined) api.register(transferApi(transfer));
    if (blocks !== undefined) api.register(blocksApi(blocks));

    api.post<{ Body: Report & { user?: string } }>(
      '/feedback',
      { schema: { body: report } },
      async (request) => {
        const partition = agents?.partitionOf(request, request.body.user) ?? partitionOf(request);
        return { blocked: await feedback.take(request.body, partition) };
      },
    );

    api.get<{ Params: { id: string } }>('/entries/:id', async (request) => {
      const partition = partitionOf(request);
      const entry = await store.entry(request.params.id, clock());
      // Whether another partition has such an entry is nobody's business.
      if (entry === undefined || (partition !== undefined && entry.partition !== partition)) {
        throw new Refused(404, 'no such entry');
      }
      return metadata(entry, clock());
    });
  };
}

/** In place of Fastify's words, where these do not say what was expected, and what was found. */
function messageOf(error: FastifyError, { headers, body }: FastifyRequest): string {
  if (error.code === unknownType)
    return `content-type: expected application/json, found ${found(headers['content-type'])}`;
  const [fault] = error.validation ?? [];
  if (fault?.keyword === 'enum') {
    const allowed = (fault.params.allowedValues as string[]).join(' or ');
    return `${fieldOf(error)}: expected ${allowed}`;
  }
  const isWhole =
    fault?.keyword === 'type' && fault.instancePath === '' && error.validationContext === 'body';
  return isWhole ? `body: expected a JSON object, found ${found(body)}` : error.message;
}

const unknownType = 'FST_ERR_CTP_INVALID_MEDIA_TYPE';

/** The field that a fault is about, as a path: `results.0.id`. */
function fieldOf({ validation, validationContext, code }: FastifyError): string | undefined {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'body';
  if (code === unknownType) return 'content-type';
  const [fault] = validation ?? [];
  if (fault === undefined) return undefined;
  const { requiredProperties, additionalProperties = requiredProperties } = fault.params;
  const [name] = (additionalProperties ?? []) as string[];
  const path = fault.instancePath.split('/').slice(1);
  const field = [...path, ...(name === undefined ? [] : [name])].join('.');
  return field || (validationContext === 'body' ? 'body' : undefined);
}

/** What may be shown of an entry; never its texts, nor whose it is. */
function metadata(entry: Entry, now: number) {
  return {
    id: entry.id,
    dialect: entry.dialect,
    model: entry.model,
    ...(entry.tool === undefined ? {} : { tool: entry.tool }),
    tags: entry.tags,
    sources: entry.sources,
    createdAt: new Date(entry.createdAt).toISOString(),
    expiresAt: new Date(entry.expiresAt).toISOString(),
    age: Math.floor((now - entry.createdAt) / 1000),
    ttl: Math.max(0, Math.floor((entry.expiresAt - now) / 1000)),
    stale: entry.expiresAt <= now,
    tokens: entry.tokens,
    bytes: entry.answer.length,
    comparison: entry.text === undefined ? 'exact' : 'loose',
    embedded: entry.vector !== undefined,
  };
}
