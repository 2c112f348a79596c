import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requestPath } from './proxy/upstream.ts';

/** How often one credential may ask within a minute. Without a limit it costs nothing. */
export class RateLimit {
  readonly #perMinute: () => number;
  #limiter: ReturnType<FastifyInstance['createRateLimit']> | undefined;

  /** 0 is without a limit. */
  constructor(perMinute: () => number) {
    this.#perMinute = perMinute;
  }

  get isOn(): boolean {
    return this.#perMinute() > 0;
  }

  register(app: FastifyInstance): void {
    app.register(rateLimit, { global: false, cache: mostClients });
    app.after(() => {
      this.#limiter = app.createRateLimit({
        max: () => this.#perMinute(),
        timeWindow: 60_000,
        keyGenerator: ({ raw }) => clientOf(raw),
      });
    });
  }

  /** Seconds until the client may ask again; undefined where it may now. */
  async exceeded(request: IncomingMessage): Promise<number | undefined> {
    // All that the limiter reads of a request: those with a path that cannot be decoded have no other.
    const asked = { raw: request, routeOptions: { config: {} } } as FastifyRequest;
    const found = await this.#limiter?.(asked);
    return found !== undefined && !found.isAllowed && found.isExceeded ? found.ttlInSeconds : undefined;
  }
}

/** By what it authenticates with, hashed; the address says nothing, since all of a pod have one. */
function clientOf(request: IncomingMessage): string {
  const { headers } = request;
  const key = /[?&]key=([^&]*)/.exec(requestPath(request))?.[1];
  const credentials = [
    headers.authorization,
    headers['x-api-key'],
    headers['api-key'],
    headers['x-goog-api-key'],
    key,
  ];
  return hash('sha256', JSON.stringify(credentials.map((each) => each ?? null)), 'base64url');
}

/** Beyond these the one that has been silent the longest is forgotten. */
const mostClients = 10_000;
