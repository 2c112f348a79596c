import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Lets the running requests of a server end, and cuts those that take too long. */
export class Drain {
  readonly #app: FastifyInstance;
  readonly #cutMore: () => void;
  /** Connections that have not asked anything yet: node does not count them as idle. */
  readonly #unused = new Set<Socket>();

  /** `cutMore` ends what the HTTP server no longer knows. */
  constructor(app: FastifyInstance, cutMore: () => void) {
    this.#app = app;
    this.#cutMore = cutMore;
    app.server.on('connection', (socket: Socket) => {
      this.#unused.add(socket);
      socket.once('close', () => this.#unused.delete(socket));
    });
    for (const begun of ['request', 'upgrade']) {
      app.server.on(begun, ({ socket }: { socket: Socket }) => this.#unused.delete(socket));
    }
  }

  async within(milliseconds: number): Promise<void> {
    const cut = setTimeout(() => {
      this.#cutMore();
      this.#app.server.closeAllConnections();
    }, milliseconds);
    // Connections become idle one by one, as their last answers end.
    const idle = setInterval(() => {
      this.#app.server.closeIdleConnections();
      for (const socket of this.#unused) socket.destroy();
    }, 50);
    await this.#app.close();
    clearInterval(idle);
    clearTimeout(cut);
  }
}
