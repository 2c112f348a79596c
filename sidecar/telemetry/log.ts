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
  };
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
      hand();
      stdout.flushSync();
    },
  };
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
