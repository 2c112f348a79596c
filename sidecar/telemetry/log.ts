import { writeSync } from 'node:fs';
import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines, written in batches off the request path. No line ever holds a prompt, an answer or a credential. */
export function createLog(level: string): { log: Log; flush: () => void } {
  const stdout = destination({
    dest: 1,
    sync: false,
    contentMode: 'buffer',
    maxLength: mostWaiting,
  }) as unknown as {
    write(bytes: Buffer): boolean;
    flushSync(): void;
    on(event: 'error' | 'write', listener: (error: Error) => void): void;
  };
  // A disk that is full, most likely. Nobody is to wait for the log, and the process least of all: it would end for the error,
  // and at its end try for ever to write what it has. It is said once, where it may still be read.
  const { flushSync } = stdout;
  stdout.on('error', ({ message }) => {
    if (stdout.flushSync === flushSync) complain(`fourfold: the log cannot be written: ${message}\n`);
    stdout.flushSync = () => {};
  });
  stdout.on('write', () => {
    stdout.flushSync = flushSync;
  });
  // pino's own batches are strings: measured anew for each line, and alive for so long that every collection of garbage
  // copies them. Here a line becomes bytes at once; that is a third of the cost of a cached answer.
  let batch = Buffer.allocUnsafeSlow(batchBytes);
  let filled = 0;
  const hand = () => {
    if (filled === 0) return;
    stdout.write(batch.subarray(0, filled));
    batch = Buffer.allocUnsafeSlow(batchBytes);
    filled = 0;
  };
  const timer = setInterval(hand, longestWait);
  timer.unref();
  const lines: DestinationStream = {
    write(line) {
      // UTF-8 takes three bytes at most for each UTF-16 unit.
      if (line.length * 3 > batchBytes - filled) hand();
      if (line.length * 3 > batchBytes) stdout.write(Buffer.from(line));
      else filled += batch.write(line, filled);
    },
  };
  return {
    log: logTo(lines, level),
    flush: () => {
      clearInterval(timer);
      stdout.flushSync();
      // Not handed over first: whether these can be written is not known yet.
      let rest = batch.subarray(0, filled);
      filled = 0;
      try {
        while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        stdout.write(rest);
        stdout.flushSync();
      }
    },
  };
}

function complain(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // On the same disk: then nobody can be told, and nobody is to wait.
  }
}

/** Milliseconds. */
const longestWait = 200;
const batchBytes = 32_768;
/** Bytes; where nobody reads, lines are dropped rather than kept. */
const mostWaiting = 8_388_608;

export function logTo(stream: DestinationStream, level: string): Log {
  return pino({ level, base: { name: 'fourfold' }, timestamp: isoTime() }, stream);
}

/** As pino's own, but a busy sidecar writes many lines in one millisecond, and formatting a date costs as much as a line. */
function isoTime(): () => string {
  let at = Number.NaN;
  let written = '';
  return () => {
    const now = Date.now();
    if (now === at) return written;
    at = now;
    written = `,"time":"${new Date(now).toISOString()}"`;
    return written;
  };
}
