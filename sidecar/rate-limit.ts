import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dialect } from './dialects/dialect.ts';
import { dialectAt, dialectOf } from './dialects/index.ts';
import { withoutCredentials } from './proxy/query-credentials.ts';
import { providerOf } from './proxy/routing.ts';
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

/**
 * By what it authenticates with, hashed; the address says nothing, since all of a pod have one. Headers that the provider
 * does not read do not count: with another of them each time there would be no limit.
 */
function clientOf(request: IncomingMessage): string {
  const path = requestPath(request);
  const [pathname = ''] = path.split('?', 1);
  const dialect = dialectOf(request.method ?? '', pathname) ?? dialectAt(providerOf(request));
  const query = path.slice(pathname.length);
  const { headers } = withoutCredentials(dialect, { headers: request.headers, query });
  const name = readers[dialect.upstream].find((each) => headers[each] !== undefined);
  const credential = name === undefined ? null : headers[name];
  // Which of several holds, the provider knows: all who send several are one.
  return hash('sha256', JSON.stringify(Array.isArray(credential) ? [] : credential), 'base64url');
}

/** The headers that a provider takes a key from, the one that it prefers first. */
const readers: Readonly<Record<Dialect['upstream'], readonly string[]>> = {
  openai: ['authorization', 'api-key'],
  anthropic: ['x-api-key', 'authorization'],
  gemini: ['x-goog-api-key', 'authorization'],
};

/** Beyond these the one that has been silent the longest is forgotten. */
const mostClients = 10_000;
