import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { longNames } from './admin/app.ts';
import { type CacheApiParts, cacheApi } from './admin/cache-api.ts';
import { schemaController } from './admin/validation.ts';
import { createServer, METHODS } from './node-http.ts';
import type { Report } from './proxy/context.ts';
import { type Exchange, isOwnPath } from './proxy/exchange.ts';
import { isTunnel, type Tunnels } from './proxy/tunnel.ts';
import { mostHeaderBytes, requestPath } from './proxy/upstream.ts';
import type { RateLimit } from './rate-limit.ts';

export interface ProxyParts extends CacheApiParts {
  readonly exchange: Exchange;
  readonly tunnels: Tunnels;
  readonly rateLimit: RateLimit;
  /** Called once for each request, when its response is over. */
  readonly over: (
    request: IncomingMessage,
    response: ServerResponse,
    report: Report,
    milliseconds: number,
  ) => void;
  readonly failed: (error: unknown) => void;
}

const options: ServerOptions = {
  maxHeaderSize: mostHeaderBytes,
  shouldUpgradeCallback: (request) => isTunnel(request) && !isOwnPath(requestPath(request)),
  // Time to receive a request whole; a large upload over a slow link is not an attack.
  requestTimeout: 600_000,
  keepAliveTimeout: 75_000,
};

/** The port for the application: the cache's own API under `/cache`, and the providers' APIs under every other path. */
export function proxyApp(parts: ProxyParts): FastifyInstance {
  let closing = false;
  const app = Fastify({
    logger: false,
    // Only our own calls are routed: what a router does for a request costs more than a lookup.
    serverFactory: (route) =>
      createServer(options, (request, response) => {
        if (isOwnPath(requestPath(request))) return route(request, response);
        // As Fastify says it to those that it routes.
        if (closing) response.setHeader('Connection', 'close');
        handle(request, response);
      }),
    schemaController,
    // Requests that arrive on open connections while the process drains are answered too.
    return503OnClosing: false,
    routerOptions: longNames,
    // A call of ours that cannot be decoded is answered as one that we do not know.
    frameworkErrors: (_, request, reply) => {
      reply.hijack();
      handle(request.raw, reply.raw);
    },
  });
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const start = performance.now();
    const report: Report = {};
    response.on('close', () => parts.over(request, response, report, performance.now() - start));
    const answered = async () => {
      const retryAfter = await parts.rateLimit.exceeded(request);
      if (retryAfter === undefined) await parts.exchange.handle(request, response, report);
      else parts.exchange.refuse(request, response, report, retryAfter);
    };
    (parts.rateLimit.isOn ? answered() : parts.exchange.handle(request, response, report)).catch((error) => {
      // The client leaving while its request is read ends here too, and needs no answer.
      if (!response.destroyed) parts.failed(error);
      if (response.headersSent) response.destroy();
      else if (!response.destroyed) {
        response.writeHead(500, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ error: { message: 'The sidecar failed; its log says why.' } }));
      }
    });
  };

  app.addHook('preClose', async () => {
    closing = true;
  });
  parts.rateLimit.register(app);
  app.register(cacheApi(parts), { prefix: '/cache' });
  app.register(async (proxy) => {
    for (const method of METHODS)
      if (!proxy.supportedMethods.includes(method)) proxy.addHttpMethod(method, { hasBody: true });
    // Bodies are read by the exchange, or streamed on unread.
    proxy.removeAllContentTypeParsers();
    proxy.addContentTypeParser('*', (_request, _payload, done) => done(null));
    proxy.route({
      method: METHODS.filter((method) => proxy.supportedMethods.includes(method)),
      url: '/*',
      handler: (request, reply) => {
        reply.hijack();
        handle(request.raw, reply.raw);
      },
    });
  });
  app.server.on('upgrade', (request, client, head) => {
    if (!parts.rateLimit.isOn) return parts.tunnels.join(request, client, head);
    // It may leave while it is looked up.
    client.on('error', () => client.destroy());
    parts.rateLimit.exceeded(request).then((retryAfter) => {
      if (retryAfter === undefined) parts.tunnels.join(request, client, head);
      else parts.tunnels.refuse(client, retryAfter);
    }, parts.failed);
  });
  return app;
}
