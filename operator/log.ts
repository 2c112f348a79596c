import { destination, type Logger, pino } from 'pino';
import { ApiError } from './kube/api-error.ts';

export type Log = Logger;

/** JSON lines, at once: an operator says little, and its last words matter. No line holds a secret. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: { name: 'fourfold-operator' },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: told },
    },
    destination({ dest: 1, sync: true }),
  );
}

/** Of a call that failed its message says all; where it was made from, and what failed below it, would be nine lines more. */
function told(error: unknown): object {
  if (!(error instanceof ApiError)) return pino.stdSerializers.err(error as Error);
  const { name: type, message, failure, code } = error;
  return { type, message, failure, code };
}
