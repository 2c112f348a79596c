import { destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines, at once: an operator says little, and its last words matter. No line holds a secret. */
export function createLog(level: string): Log {
  return pino(
    { level, base: { name: 'fourfold-operator' }, timestamp: pino.stdTimeFunctions.isoTime },
    destination({ dest: 1, sync: true }),
  );
}
