import { Calls } from '../client/calls.ts';
import type { Result, ResultCache } from './result-cache.ts';

export interface InSidecarOptions {
  /** Of the sidecar's port for the application. */
  readonly url: string;
  readonly ttlSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Results in the cache of a sidecar: shared with all who have the same partition, and gone with nobody's process. */
export function inSidecar({ url, ttlSeconds, headers }: InSidecarOptions): ResultCache {
  const calls = new Calls({ url, headers: () => headers, deadlineMs, pauseMs, fetch });
  const pathOf = (tool: string) => `/cache/tools/${encodeURIComponent(tool)}`;
  return {
    find: (tool, input) =>
      calls
        .call<{ hit: boolean; result?: Result; asOf?: number }>('POST', `${pathOf(tool)}/lookup`, {
          input,
          semantic: false,
        })
        .then(({ hit, result, asOf }) => (hit && result ? { result } : asOf === undefined ? {} : { asOf }))
        .catch(() => ({})),
    async keep(tool, input, result, since) {
      const body = { input, result, success: true, ttl: ttlSeconds, semantic: false, since };
      await calls.call('PUT', pathOf(tool), body).catch(() => {});
    },
    async drop(tool) {
      await calls.call('DELETE', pathOf(tool), undefined, { deadlineMs });
    },
    close: async () => {},
  };
}

/** Milliseconds. */
const deadlineMs = 1_000;
const pauseMs = 5_000;
