import Fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

export interface Health {
  readonly ok: boolean;
  /** Shown to whoever asks. */
  readonly detail: object;
}

/** Probes and metrics, on the port for the cluster. */
export function operatorApp(parts: {
  metrics: Metrics;
  live: () => Health;
  ready: () => Health;
}): FastifyInstance {
  const app = Fastify({ logger: false, requestTimeout: 10_000 });
  const probe = (path: string, health: () => Health) =>
    app.get(path, async (_, reply) => {
      const { ok, detail } = health();
      return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'failing', ...detail });
    });
  probe('/livez', parts.live);
  probe('/readyz', parts.ready);
  app.get('/metrics', async (_, reply) =>
    reply.type(parts.metrics.contentType).send(await parts.metrics.text()),
  );
  return app;
}
