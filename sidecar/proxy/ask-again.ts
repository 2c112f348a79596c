import type { Dialect, Form, Recording } from '../dialects/dialect.ts';
import type { UnstoredReason } from '../reasons.ts';
import { keeper } from './keep.ts';
import type { Call, Upstreams } from './upstream.ts';

type Recorded = Exclude<Recording, { unstored: UnstoredReason }>;

/**
 * The answer to a request for which no client waits; undefined where there is none that could be kept. The signal ends the
 * call.
 */
export function askAgain(
  upstreams: Pick<Upstreams, 'send'>,
  { dialect, form, call, maxBytes }: { dialect: Dialect; form: Form; call: Call; maxBytes: number },
  signal: AbortSignal,
): Promise<Recorded | undefined> {
  const { promise, resolve } = Promise.withResolvers<Recorded | undefined>();
  let bytes = 0;
  const keep = keeper(dialect, {
    form,
    forbidden: undefined,
    maxBytes,
    store: (recorded) => {
      resolve(recorded);
      return {};
    },
    unstored: () => resolve(undefined),
  });
  const line = upstreams.send(call, {
    head: (status, statusText, headers) => void keep.begin({ status, statusText, headers }),
    data: (chunk) => {
      bytes += chunk.length;
      if (bytes > maxBytes) line.abort();
      else keep.data(chunk);
    },
    end: () => void Promise.resolve(keep.end()).catch(() => resolve(undefined)),
    error: () => resolve(undefined),
  });
  signal.addEventListener('abort', () => line.abort(), { once: true });
  if (signal.aborted) line.abort();
  return promise;
}
