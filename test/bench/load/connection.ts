import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly phase: string | undefined;
  readonly body: Buffer;
  /** On the clock of `performance.now()`. */
  readonly firstByteAt: number;
}

/**
 * One kept-alive connection with one request at a time. An HTTP client library costs more for each request than the
 * servers measured here, and would measure itself; these few lines read what those servers send and nothing else.
 */
export class Connection {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Of the whole message; undefined until the head is there, infinite for a chunked body. */
  #length: number | undefined;
  #headLength = 0;
  #firstByteAt = 0;
  #answered: ((answer: Answer) => void) | undefined;
  #broke: ((error: Error) => void) | undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk) => this.#onData(chunk));
    this.#socket.on('error', (error) => this.#broke?.(error));
    this.#socket.on('close', () => this.#broke?.(new Error('the server closed the connection')));
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#broke = reject;
      this.#socket.once('connect', () => resolve());
    });
  }

  ask(request: Buffer, answered: (answer: Answer) => void, broke: (error: Error) => void): void {
    this.#answered = answered;
    this.#broke = broke;
    this.#socket.write(request);
  }

  close(): void {
    this.#broke = undefined;
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#length === undefined && !this.#readHead()) return;
    if (this.#firstByteAt === 0 && this.#bytes > this.#headLength) this.#firstByteAt = performance.now();
    const whole =
      this.#length === Number.POSITIVE_INFINITY
        ? this.#tail(endOfChunks.length).equals(endOfChunks)
        : this.#bytes >= (this.#length ?? 0);
    if (whole) this.#finish();
  }

  #readHead(): boolean {
    const read = this.#joined();
    const end = read.indexOf('\r\n\r\n');
    if (end < 0) return false;
    this.#headLength = end + 4;
    const announced = /\r\ncontent-length: *(\d+)/i.exec(read.toString('latin1', 0, end))?.[1];
    this.#length = announced === undefined ? Number.POSITIVE_INFINITY : this.#headLength + Number(announced);
    return true;
  }

  #finish(): void {
    const message = this.#joined();
    const head = message.toString('latin1', 0, this.#headLength);
    const answer: Answer = {
      status: Number(head.slice(9, 12)),
      phase: /\r\nx-fourfold-phase: *([a-z-]+)/i.exec(head)?.[1],
      body: message.subarray(this.#headLength),
      firstByteAt: this.#firstByteAt,
    };
    this.#chunks = [];
    this.#bytes = 0;
    this.#length = undefined;
    this.#firstByteAt = 0;
    this.#answered?.(answer);
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #tail(length: number): Buffer {
    const last = this.#chunks.at(-1) ?? Buffer.alloc(0);
    return (last.length >= length ? last : this.#joined()).subarray(-length);
  }
}

const endOfChunks = Buffer.from('0\r\n\r\n');
