import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Answer, Api } from './api.ts';
import type { Behaviour } from './behaviour.ts';
import { control, isControl } from './control.ts';
import { deliver } from './deliver.ts';
import { type Exchange, readRequest } from './exchange.ts';

export type { Exchange } from './exchange.ts';

/** A stand-in for an LLM provider on a loopback port: well-mannered unless told otherwise, and it remembers everything. */
export interface Provider {
  readonly url: string;
  readonly port: number;
  /** Every request, in the order in which its body was complete. */
  readonly requests: readonly Exchange[];
  /** How the coming requests are answered, one behaviour each; after them `always` holds again. */
  next(...behaviours: Behaviour[]): void;
  /** How requests are answered from now on; a function decides for each request. */
  always(behaviour: Behaviour | Behaves): void;
  /** The n-th request, counted from 1, as soon as it is there. */
  request(n: number): Promise<Exchange>;
  stats(): Stats;
  /** Empties the log and the queue and counts from 1 again. */
  forget(): void;
  close(): Promise<void>;
}

export type Behaves = (request: Exchange) => Behaviour;

export interface Stats {
  /** Requests that asked a model for something. */
  calls: number;
  requests: number;
  streams: number;
  running: number;
  mostAtOnce: number;
  aborted: number;
}

export interface ProviderOptions {
  port?: number;
  host?: string;
  apis: readonly Api[];
  always?: Behaviour | Behaves;
  /** What a request itself asks for, over all else. What it throws is answered with 400. */
  wished?: Behaves;
  /** Told once for each request, when its answer is over. */
  over?: (exchange: Exchange, status: number, milliseconds: number) => void;
}

export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer({ keepAlive: true, requestTimeout: 0, keepAliveTimeout: 75_000 });
  let waiting: (() => void)[] = [];
  let requests: Exchange[] = [];
  let queue: Behaviour[] = [];
  let always: Behaviour | Behaves = options.always ?? {};
  let received = 0;
  const none: Stats = { calls: 0, requests: 0, streams: 0, running: 0, mostAtOnce: 0, aborted: 0 };
  let stats = { ...none };

  async function handle(incoming: IncomingMessage, response: ServerResponse) {
    incoming.socket.setNoDelay(true);
    if (isControl(incoming)) return control(provider, incoming, response);
    const exchange = await readRequest(incoming, response, ++received);
    const usual = queue.shift() ?? (typeof always === 'function' ? always(exchange) : always);
    const behaviour =
      options.wished === undefined ? usual : { ...usual, ...granted(options.wished, exchange) };
    requests.push(exchange);
    for (const wake of waiting.splice(0)) wake();
    const answer = answerTo(exchange, behaviour);
    count(exchange, answer);
    exchange.closed.then((end) => options.over?.(exchange, answer.status, end - exchange.receivedAt));
    await deliver(answer, behaviour, exchange, response);
  }

  function answerTo(exchange: Exchange, behaviour: Behaviour): Answer {
    const { reply } = behaviour;
    if (reply) {
      const { status, reason, headers = [], trailers, body = '' } = reply;
      return { status, reason, headers, trailers, pieces: [Buffer.from(body)], stream: false };
    }
    const path = exchange.path.split('?')[0] ?? '';
    const api = options.apis.find((each) => each.answers(exchange.method, path));
    if (!api) throw new Error(`no API of this provider answers ${exchange.method} ${path}`);
    return api.answer(exchange, behaviour);
  }

  function count(exchange: Exchange, answer: Answer) {
    const here = stats;
    here.requests++;
    if (exchange.method === 'POST' && /^\/v1/.test(exchange.path)) here.calls++;
    if (answer.stream) here.streams++;
    here.mostAtOnce = Math.max(here.mostAtOnce, ++here.running);
    exchange.closed.then(() => {
      here.running--;
      if (exchange.aborted) here.aborted++;
    });
  }

  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on('upgrade', sayBack);
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(options.port ?? 0, host, resolve),
  );
  const { port } = server.address() as AddressInfo;

  const provider: Provider = {
    url: `http://${host}:${port}`,
    port,
    get requests() {
      return requests;
    },
    next: (...behaviours) => void queue.push(...behaviours),
    always(behaviour) {
      always = behaviour;
    },
    async request(n) {
      for (;;) {
        const found = requests[n - 1];
        if (found) return found;
        await new Promise<void>((wake) => waiting.push(wake));
      }
    },
    stats: () => ({ ...stats }),
    forget() {
      requests = [];
      queue = [];
      waiting = [];
      received = 0;
      stats = { ...none };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

function granted(wished: Behaves, exchange: Exchange): Behaviour {
  try {
    return wished(exchange);
  } catch (error) {
    return { reply: { status: 400, body: `${(error as Error).message}\n` } };
  }
}

/** A protocol switch, as realtime APIs make it: after it, every byte comes back. */
function sayBack(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    `Upgrade: ${incoming.headers.upgrade}`,
    'Connection: Upgrade',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  socket.write(head);
  socket.on('error', () => socket.destroy()).pipe(socket);
}
