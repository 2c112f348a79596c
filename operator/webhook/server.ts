import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Admitted, admit, type Cluster, type Review, readReview } from './admission.ts';

/** PEM, as node takes them. */
export interface ServingCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface WebhookOptions {
  readonly cluster: Cluster;
  readonly certificate: ServingCertificate;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly observer: {
    admitted(review: Review, admitted: Admitted, milliseconds: number): void;
    failed(error: unknown): void;
    /** The cluster could not be asked for a cache that is not known. */
    unasked(error: unknown): void;
  };
}

export interface WebhookServer {
  readonly port: number;
  /** From the next handshake on; connections that stand are not cut. */
  renew(certificate: ServingCertificate): void;
  /**
   * Serves on for so long, each answer the last of its connection: the cluster goes on sending until it has heard that this
   * replica leaves. Then takes no new connection and lets what runs end.
   */
  close(lingerMs?: number): Promise<void>;
}

/** `POST /mutate-pod`, over HTTPS, as the API server calls it. */
export async function serveWebhook(options: WebhookOptions): Promise<WebhookServer> {
  const { certificate, host = '0.0.0.0', port } = options;
  let leaving = false;
  const server = createServer(
    {
      ...certificate,
      minVersion: 'TLSv1.2',
      requestTimeout: 10_000,
      headersTimeout: 5_000,
      keepAliveTimeout: idleMs,
    },
    (request, response) => {
      if (leaving) response.setHeader('Connection', 'close');
      handle(request, response, options).catch((error) => {
        options.observer.failed(error);
        if (!response.headersSent) plain(response, 500, 'the webhook failed; its log says why');
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    renew: (next) => server.setSecureContext({ ...next, minVersion: 'TLSv1.2' }),
    async close(lingerMs = 0) {
      leaving = true;
      if (lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs));
      await closed(server);
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { cluster, observer }: WebhookOptions,
): Promise<void> {
  const start = performance.now();
  if (request.url?.split('?', 1)[0] !== mutatePath) return plain(response, 404, `expected ${mutatePath}`);
  if (request.method !== 'POST') return plain(response, 405, 'expected POST');
  const body = await bodyOf(request);
  if (body === undefined) return plain(response, 413, `expected at most ${largestReview} bytes`);
  let review: Review;
  try {
    review = readReview(JSON.parse(body));
  } catch (error) {
    return plain(response, 400, (error as Error).message);
  }
  const { admitted, response: said } = await admit(review, cluster, observer.unasked);
  observer.admitted(review, admitted, performance.now() - start);
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(said));
}

/** Undefined where it is longer than anything that the API server sends. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestReview) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function plain(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ error: { message } }));
}

async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A connection on which nothing has been sent yet counts as busy, and could stand for minutes.
  const cut = setTimeout(() => server.closeAllConnections(), longestAdmission);
  await done;
  clearTimeout(cut);
}

/** Milliseconds; the API server waits for no admission longer than that. */
const longestAdmission = 5_000;

/**
 * The API server keeps a connection for 90 s. Whoever hangs up first may do so while a pod is being sent, which then starts
 * without its sidecar: it must not be us.
 */
const idleMs = 120_000;

export const mutatePath = '/mutate-pod';

/** The API server takes requests of 3 MiB; a review holds the object and little else. */
const largestReview = 6 * 1024 * 1024;
