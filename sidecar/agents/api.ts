import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Settings } from '../../crds/settings.ts';
import { bodyOf } from '../admin/body.ts';
import { Refused } from '../admin/refused.ts';
import type { Selector } from '../stores/store.ts';
import { type Answering, bounded } from './answering.ts';
import { ofTool, secondsOf, strict } from './bodies.ts';
import type { Executions } from './executions.ts';
import { parseJson } from './json.ts';
import { id, idText, memoriesApi, ofAllMemories } from './memories-api.ts';
import type { Results } from './results.ts';
import { toolsApi } from './tools-api.ts';

export interface AgentsApiParts {
  readonly answering: Answering;
  readonly results: Results;
  readonly executions: Executions;
  readonly settings: () => Settings;
  readonly steady: () => number;
  /**
   * Whose results this caller may see; `user` is the end user that its body names.
   * @throws Refused
   */
  readonly partitionOf: (request: FastifyRequest, user: string | undefined) => string;
}

/** `/cache/tools`, `/cache/memories` and `/cache/executions`: what agents keep. Bodies are JSON; a fault names its field. */
export function agentsApi(parts: AgentsApiParts): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    exactJson(api, () => parts.settings().maxEntryBytes + room);
    api.register(toolsApi(parts), { prefix: '/tools' });
    api.register(memoriesApi(parts), { prefix: '/memories' });
    api.register(executionsApi(parts), { prefix: '/executions' });
  };
}

const failure = Type.Object({ error: Type.String({ maxLength: 65_536 }) }, strict);
const ending = Type.Object(
  {
    all: Type.Optional(
      Type.Boolean({ description: 'All who wait go on by themselves; else the next one executes.' }),
    ),
  },
  strict,
);
const renewal = Type.Object({ lease: Type.Union([Type.Number(), Type.String()]) }, strict);

/** For whoever holds the lease; nobody else knows its name. */
function executionsApi({ executions }: AgentsApiParts): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    api.post<{ Params: { lease: string }; Body: Static<typeof renewal> }>(
      '/:lease/renew',
      { schema: { body: renewal } },
      async (request) => {
        const seconds = secondsOf('lease', request.body.lease) ?? 0;
        return { renewed: executions.renew(request.params.lease, bounded(seconds * 1000)) };
      },
    );
    api.post<{ Params: { lease: string }; Body: Static<typeof failure> }>(
      '/:lease/failed',
      { schema: { body: failure } },
      async (request) => ({
        settled: executions.settle(request.params.lease, { error: request.body.error }),
      }),
    );
    api.post<{ Params: { lease: string }; Body: Static<typeof ending> }>(
      '/:lease/release',
      {
        schema: { body: ending },
        preValidation: async (request) => {
          // There is nothing that must be said.
          if (request.body === undefined) request.body = {};
        },
      },
      async ({ params, body }) => ({
        released: body.all ? executions.dismiss(params.lease) : executions.release(params.lease),
      }),
    );
  };
}

/** As of `DELETE /cache/entries`: who only wants to count, or misspells that, must not find everything gone. */
const counting = Type.Object(
  { dryRun: Type.Optional(Type.Enum(['true', 'false'], { description: 'Only count.' })) },
  strict,
);
const isDry = ({ dryRun }: Static<typeof counting>) => ({ dryRun: dryRun === 'true' });
const nothing = Type.Object({}, strict);
const written = Type.Object({ ids: Type.Array(id, { maxItems: 10_000 }) }, strict);

/** The calls that remove; these are on the port for the cluster too, over all partitions. */
export function agentRemovals(
  remove: (selector: Selector, options: { dryRun: boolean }) => Promise<number>,
  partitionOf: (request: FastifyRequest) => string | undefined,
): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    exactJson(api, () => mostIdBytes);
    const own = (request: FastifyRequest) => {
      const partition = partitionOf(request);
      return partition === undefined ? {} : { partition };
    };
    api.delete<{ Params: Static<typeof ofTool>; Querystring: Static<typeof counting> }>(
      '/tools/:tool',
      { schema: { params: ofTool, querystring: counting } },
      async (request) => ({
        removed: await remove({ tool: request.params.tool, ...own(request) }, isDry(request.query)),
      }),
    );
    api.delete<{ Querystring: Static<typeof counting> }>(
      '/memories',
      { schema: { querystring: counting } },
      async (request) => ({
        removed: await remove({ tag: ofAllMemories, ...own(request) }, isDry(request.query)),
      }),
    );
    api.post<{ Body: Static<typeof written> }>(
      '/memories/written',
      { schema: { body: written, querystring: nothing } },
      async (request) => {
        const ids = [...new Set(request.body.ids.map((id, at) => idText(id, `ids.${at}`)))];
        let removed = 0;
        // One after the other: an entry that rests on two of them counts once.
        for (let from = 0; from < ids.length; from += idsAtOnce) {
          const sources = ids.slice(from, from + idsAtOnce);
          removed += await remove({ sources, ...own(request) }, { dryRun: false });
        }
        return { removed };
      },
    );
  };
}

/** `limit`: bytes, as it is configured at that moment. */
function exactJson(api: FastifyInstance, limit: () => number): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(
    'application/json',
    async (request: FastifyRequest, payload: AsyncIterable<Buffer>) => {
      const text = textOf(await bodyOf(request, payload, limit()));
      // Clients name a content type where there is no content, too.
      if (text === '') return undefined;
      try {
        return parseJson(text);
      } catch (error) {
        throw new Refused(400, `body: expected JSON, found ${(error as Error).message}`, 'body');
      }
    },
  );
}

/** @throws Refused */
function textOf(body: Buffer): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    // Two inputs that differ in invalid bytes only would read the same.
    throw new Refused(400, 'body: expected UTF-8, found other bytes', 'body');
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** What one query of a store can name. */
const idsAtOnce = 500;

/** Bytes. As many ids as one call may name, however long they are. */
const mostIdBytes = 16 * 1024 * 1024;

/** Bytes beside the result: input, metadata and the rest of the body. */
const room = 256 * 1024;
