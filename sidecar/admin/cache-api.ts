import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Entry } from '../lookup/entry.ts';
import type { Selector, Store } from '../stores/store.ts';

export interface CacheApiParts {
  readonly store: Pick<Store, 'entry'>;
  /** Removes from every phase, and answers how many entries that were. */
  readonly remove: (selector: Selector, options: { dryRun: boolean }) => Promise<number>;
  readonly clock: () => number;
  /**
   * The partition that this caller may see and change; undefined for all of them.
   * @throws Refused
   */
  readonly partitionOf: (request: FastifyRequest) => string | undefined;
}

/** The caller may not do this; answered with its status. */
export class Refused extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

const name = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 256, description }));
const onlyTrue = (description: string) => Type.Optional(Type.Boolean({ description }));

/** All given conditions hold together. */
const selection = Type.Object(
  {
    id: name('Id of one entry, as in `x-fourfold-entry`.'),
    tag: name('Entries stored with this tag.'),
    source: name('Entries whose answer depends on this document.'),
    model: name("Entries of this provider's model."),
    tool: name('Results of this tool.'),
    all: onlyTrue('Every entry.'),
    dryRun: onlyTrue('Only count.'),
  },
  { additionalProperties: false },
);

/** `/cache/…`: the cache's own API. Never forwarded to a provider. */
export function cacheApi({ store, remove, clock, partitionOf }: CacheApiParts): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    api.setErrorHandler((error: FastifyError, _, reply) => {
      const status = error.statusCode ?? 500;
      const fault = error.validation?.[0];
      const field = fault && (fault.params.additionalProperty ?? fault.instancePath.slice(1));
      reply.code(status).send({ error: { message: error.message, ...(field ? { field } : {}) } });
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
        const { dryRun = false, ...chosen } = request.query;
        const partition = partitionOf(request);
        if (Object.values(chosen).every((value) => value === undefined || value === false)) {
          throw new Refused(
            400,
            'querystring: expected one of id, tag, source, model, tool, all=true, found none',
          );
        }
        const removed = await remove(
          { ...chosen, ...(partition === undefined ? {} : { partition }) },
          { dryRun },
        );
        return { removed };
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
    tokens: entry.tokens,
    bytes: entry.answer.length,
    comparison: entry.text === undefined ? 'exact' : 'loose',
    embedded: entry.vector !== undefined,
  };
}
