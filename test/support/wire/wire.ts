import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineLoad } from '../machine-load.ts';
import { type Response, ResponseReader } from './response.ts';

/** One TCP connection: sends the given bytes and nothing else, and writes down everything that comes back. */
export interface Wire {
  send(bytes: Buffer): void;
  /** The n-th response, counted from 1, or what there is of it when the connection ends. */
  response(n?: number): Promise<Ended>;
  /** Waits until so many bytes have come. */
  received(bytes: number): Promise<void>;
  /** Waits until what came, framing and all, reads as wanted. */
  until(read: (text: string) => boolean): Promise<void>;
  /** Milliseconds since the connection, for each of the events. */
  readonly times: { firstByte?: number; end?: number };
  /** Stops and resumes reading: a slow reader. */
  readonly socket: Socket;
  close(): void;
}

export interface Ended {
  /** Undefined when not even the head of a response came. */
  readonly response: Response | undefined;
  /** `complete`: the framing is satisfied. `cut`: the connection ended before. `reset`: it was torn down before. */
  readonly end: 'complete' | 'cut' | 'reset' | 'timeout';
}

export async function wire(url: string, methods: string[], timeoutMs = 10_000): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const start = performance.now();
  const reader = new ResponseReader(methods);
  const times: Wire['times'] = {};
  const changes = new EventTarget();
  let bytes = 0;
  let text = '';
  let end: 'cut' | 'reset' | 'timeout' | undefined;

  const changed = () => void changes.dispatchEvent(new Event('change'));
  const ended = (how: typeof end) => {
    end ??= how;
    times.end ??= performance.now() - start;
    changed();
  };
  const timer = setTimeout(() => ended('timeout'), timeoutMs);
  socket.on('data', (piece) => {
    times.firstByte ??= performance.now() - start;
    bytes += piece.length;
    reader.push(piece);
    if (bytes < 100_000) text += piece.toString('latin1');
    changed();
  });
  socket.on('error', () => ended('reset'));
  socket.on('end', () => {
    reader.ended();
    ended('cut');
  });
  socket.on('close', () => {
    clearTimeout(timer);
    ended('cut');
  });
  const until = async (reached: () => boolean) => {
    while (!reached() && end === undefined)
      await new Promise<void>((resolve) =>
        changes.addEventListener('change', () => resolve(), { once: true }),
      );
  };

  return {
    send: (data) => void socket.write(data),
    async response(n = 1) {
      await until(() => reader.responses.length >= n);
      const response = reader.responses[n - 1];
      return response ? { response, end: 'complete' } : { response: reader.partial(), end: end ?? 'cut' };
    },
    received: (wanted) => until(() => bytes >= wanted),
    until: (read) => until(() => read(text)),
    times,
    socket,
    close: () => void socket.destroy(),
  };
}

export interface Exchanged extends Ended {
  readonly times: Wire['times'];
}

/** One request on a connection of its own, from the first byte to the end. */
export async function exchange(url: string, bytes: Buffer, timeoutMs = 10_000): Promise<Exchanged> {
  const line = await wire(url, [bytes.subarray(0, bytes.indexOf(' ')).toString()], timeoutMs);
  try {
    line.send(bytes);
    return { ...(await line.response()), times: line.times };
  } finally {
    line.close();
  }
}

/** Waits until something holds, at most so long, and longer on a busy machine; answers how long it took. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 5_000,
): Promise<number> {
  const start = performance.now();
  const end = start + timeoutMs * machineLoad();
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${holds}`);
    await sleep(5);
  }
  return performance.now() - start;
}
