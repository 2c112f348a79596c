import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** What happens to bytes on their way; set anew at any time, for open connections too. */
export interface Faults {
  /** Each piece arrives so many milliseconds later. */
  delayMs?: number;
  /** … and up to so many more, without overtaking. */
  jitterMs?: number;
  /** At most so many bytes in a second, in small pieces. */
  bytesPerSecond?: number;
  /** Nothing arrives for as long as this holds; connections stay open, new ones are accepted. */
  stall?: boolean;
  /** Changes bytes on their way. */
  rewrite?: (piece: Buffer) => Buffer;
  /** Only in this direction: `up` is towards the service. */
  only?: 'up' | 'down';
}

/** A TCP proxy that misbehaves on demand, before any service. */
export interface TcpProxy {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Replaces all faults; without an argument everything passes again. */
  set(faults?: Faults): void;
  /** New connections are refused (nobody listens) until `accept`. Open ones stay. */
  refuse(): Promise<void>;
  /** On the same port. */
  accept(): Promise<void>;
  /** Ends all open connections with a FIN, in mid-message if need be. */
  cut(): void;
  /** Ends all open connections with a RST. */
  reset(): void;
  /** Sends a FIN to one side only: `up` to the service, `down` to the client. The other direction goes on. */
  halfClose(side: 'up' | 'down'): void;
  /** Where new connections lead. */
  lead(to: { port: number; host?: string }): void;
  /** Open connections, and all that ever were. */
  connections(): { open: number; total: number };
  close(): Promise<void>;
}

export async function startTcpProxy(
  to: { port: number; host?: string },
  options: { random?: () => number } = {},
): Promise<TcpProxy> {
  const random = options.random ?? Math.random;
  let target = to;
  let faults: Faults = {};
  let total = 0;
  const open = new Set<{ client: Socket; service: Socket; pipes: Pipe[] }>();

  const server = createServer({ allowHalfOpen: true }, (client) => {
    total++;
    const service = createConnection({
      host: '127.0.0.1',
      ...target,
      allowHalfOpen: true,
      noDelay: true,
    });
    client.setNoDelay(true);
    const link = {
      client,
      service,
      pipes: [
        new Pipe(client, service, () => (faults.only === 'down' ? {} : faults), random),
        new Pipe(service, client, () => (faults.only === 'up' ? {} : faults), random),
      ],
    };
    open.add(link);
    const gone = () => {
      open.delete(link);
      for (const pipe of link.pipes) pipe.stop();
    };
    // An error of one side is a reset of the other: that is what the other would have seen.
    client
      .on('error', () => service.resetAndDestroy())
      .on('close', () => service.destroyed || service.destroySoon());
    service
      .on('error', () => client.resetAndDestroy())
      .on('close', () => client.destroyed || client.destroySoon());
    client.once('close', gone);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const each = (act: (link: { client: Socket; service: Socket }) => void) => {
    for (const link of [...open]) act(link);
  };

  return {
    port,
    address: `127.0.0.1:${port}`,
    set(next = {}) {
      faults = next;
      for (const { pipes } of open) for (const pipe of pipes) pipe.go();
    },
    async refuse() {
      // `close` waits for open connections, which stay.
      if (server.listening) server.close();
    },
    async accept() {
      if (!server.listening) await listen(port);
    },
    cut: () =>
      each(({ client, service }) => {
        client.destroySoon();
        service.destroySoon();
      }),
    reset: () =>
      each(({ client, service }) => {
        client.resetAndDestroy();
        service.resetAndDestroy();
      }),
    halfClose: (side) => each((link) => link[side === 'up' ? 'service' : 'client'].end()),
    lead(next) {
      target = next;
    },
    connections: () => ({ open: open.size, total }),
    async close() {
      if (server.listening) server.close();
      each(({ client, service }) => {
        client.destroy();
        service.destroy();
      });
    },
  };
}

/** One direction of a connection: pieces in a row, each with the time at which it may arrive. */
class Pipe {
  readonly #to: Socket;
  readonly #from: Socket;
  readonly #faults: () => Faults;
  readonly #random: () => number;
  #row: { piece: Buffer | undefined; due: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(from: Socket, to: Socket, faults: () => Faults, random: () => number) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    this.#random = random;
    from.on('data', (piece: Buffer) => this.#arrive(piece));
    from.on('end', () => this.#arrive(undefined));
    to.on('drain', () => from.resume());
  }

  /** `undefined` is the end, which keeps its place in the row. */
  #arrive(piece: Buffer | undefined): void {
    const { delayMs = 0, jitterMs = 0, rewrite } = this.#faults();
    const due = performance.now() + delayMs + jitterMs * this.#random();
    const last = this.#row.at(-1)?.due ?? 0;
    this.#row.push({ piece: piece && rewrite ? rewrite(piece) : piece, due: Math.max(due, last) });
    // What waits here is bounded: the sender feels it, as it would feel a slow line.
    if (this.#row.length > longestRow) this.#from.pause();
    this.go();
  }

  go(): void {
    clearTimeout(this.#timer);
    while (!this.#stopped) {
      const next = this.#row[0];
      const { stall, bytesPerSecond } = this.#faults();
      if (next === undefined || stall) return;
      const wait = next.due - performance.now();
      if (wait > 0.5) {
        this.#later(wait);
        return;
      }
      if (bytesPerSecond !== undefined && next.piece !== undefined) {
        const size = Math.max(1, Math.floor(bytesPerSecond / 50));
        this.#send(next.piece.subarray(0, size));
        next.piece = next.piece.subarray(size);
        if (next.piece.length === 0) this.#row.shift();
        this.#later(1000 * (size / bytesPerSecond));
        return;
      }
      this.#row.shift();
      if (this.#row.length <= longestRow) this.#from.resume();
      this.#send(next.piece);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#row = [];
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.go(), ms);
  }

  #send(piece: Buffer | undefined): void {
    if (this.#to.destroyed || this.#to.writableEnded) return;
    if (piece === undefined) this.#to.end();
    else if (!this.#to.write(piece)) this.#from.pause();
  }
}

const longestRow = 1_000;
