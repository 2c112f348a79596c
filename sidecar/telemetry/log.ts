import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines, written in batches off the request path. No line ever holds a prompt, an answer or a credential. */
export function createLog(level: string): { log: Log; flush: () => void } {
  const stdout = destination({ dest: 1, sync: false, minLength: 4096 });
  // A batch that is not full is written soon all the same.
  const timer = setInterval(() => stdout.flush(), 500);
  timer.unref();
  return {
    log: logTo(stdout, level),
    flush: () => {
      clearInterval(timer);
      stdout.flushSync();
    },
  };
}

export function logTo(stream: DestinationStream, level: string): Log {
  return pino(
    { level, base: { name: 'fourfold' }, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    stream,
  );
}
