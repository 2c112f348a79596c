import { Calls } from '../client/calls.ts';
import type { Result, ResultCache } from './result-cache.ts';

export interface InSidecarOptions {
  /** Of the sidecar's port for the application. */
  readonly url: string;
  readonly ttlSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Hears what is wrong with the sidecar. */
  readonly complain: (line: string) => void;
}

/** Results in the cache of a sidecar: shared with all who have the same partition, and gone with nobody's process. */
export function inSidecar({ url, ttlSeconds, headers, complain }: InSidecarOptions): ResultCache {
  const calls = new Calls({ url, headers: () => headers, deadlineMs, pauseMs, fetch });
  const pathOf = (tool: string) => `/cache/tools/${encodeURIComponent(tool)}`;
  let isWell = true;
  /** Says once what is wrong, and once more after it was well. */
  const told = async <Answer>(call: Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await call;
      isWell = true;
      return answer;
    } catch (error) {
      if (isWell) complain(`without the cache: ${(error as Error).message}`);
      isWell = false;
      throw error;
    }
  };
  return {
    async find(tool, input) {
      const asked = { input, semantic: false };
      const found = told(calls.call<Found>('POST', `${pathOf(tool)}/lookup`, asked));
      const { hit, result, asOf } = await found.catch((): Found => ({}));
      if (hit && result !== undefined) return { result };
      return asOf === undefined ? {} : { asOf };
    },
    async keep(tool, input, result, since) {
      const body = { input, result, success: true, ttl: ttlSeconds, semantic: false, since };
      await told(calls.call('PUT', pathOf(tool), body)).catch(() => {});
    },
    async drop(tool) {
      await told(calls.call('DELETE', pathOf(tool), undefined));
    },
    close: async () => {},
  };
}

interface Found {
  readonly hit?: boolean;
  readonly result?: Result;
  readonly asOf?: number;
}

/** Milliseconds. */
const deadlineMs = 1_000;
const pauseMs = 5_000;
