import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Metrics } from '../telemetry/metrics.ts';
import { type CacheApiParts, cacheApi } from './cache-api.ts';
import { Refused } from './refused.ts';
import { schemaController } from './validation.ts';

export interface AdminParts {
  readonly metrics: Metrics;
  readonly stats: () => object;
  /** Whether requests should come here now, and how each part is. */
  readonly readiness: () => { ready: boolean; detail: object };
  readonly cache: Omit<CacheApiParts, 'partitionOf'>;
  /** Without one, `/cache/…` is absent here. */
  readonly token: (() => Promise<string>) | undefined;
}

/** The port for the cluster: probes, metrics, statistics, and with a token the cache's own API over all partitions. */
export function adminApp({ metrics, stats, readiness, cache, token }: AdminParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    requestTimeout: 10_000,
    schemaController,
    routerOptions: longNames,
    return503OnClosing: false,
  });
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    const { ready, detail } = readiness();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'not ready', ...detail });
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.get('/stats', async () => stats());
  if (token !== undefined) {
    app.register(
      async (guarded) => {
        guarded.addHook('onRequest', async (request, reply) => authorize(request, reply, await token()));
        await guarded.register(cacheApi({ ...cache, partitionOf: () => undefined }));
      },
      { prefix: '/cache' },
    );
  }
  return app;
}

/** In a path, where each character may be written as several; Fastify's own bound is 100. */
export const longNames = { maxParamLength: 65_536 } as const;

/** RFC 6750; the scheme in any case (RFC 9110, section 11.1). */
function authorize(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const given = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === '' || given === undefined || !timingSafeEqual(digest(given), digest(token))) {
    reply.header('www-authenticate', 'Bearer');
    throw new Refused(401, 'expected Authorization: Bearer <admin token>');
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
