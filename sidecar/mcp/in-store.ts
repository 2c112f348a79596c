import { toolIdentity } from '../agents/identity.ts';
import { parseJson } from '../agents/json.ts';
import { openStore } from '../stores/index.ts';
import type { Result, ResultCache } from './result-cache.ts';

export interface InStoreOptions {
  /** `memory://`, or with a folder, which is read again by the next process. */
  readonly url: string;
  readonly ttlSeconds: number;
  readonly clock: () => number;
}

/** Results in a store of this process's own. @throws as `openStore` */
export async function inStore({ url, ttlSeconds, clock }: InStoreOptions): Promise<ResultCache> {
  const store = await openStore(url, {
    maxEntries: 10_000,
    // No text is compared by meaning here, so nothing is embedded.
    dimension: 1,
    model: 'none',
    feed: { removed: () => {} },
  });
  const partition = '';
  const identityOf = (tool: string, input: unknown) =>
    toolIdentity({ tool, input: { fixed: input, text: undefined }, partition });
  return {
    async find(tool, input) {
      try {
        const entry = await store.get(identityOf(tool, input).exactKey, clock());
        if (entry === undefined) return {};
        return { result: parseJson(Buffer.from(entry.answer).toString()) as Result };
      } catch {
        // An input that cannot be hashed has no result here.
        return {};
      }
    },
    async keep(tool, input, result) {
      try {
        const now = clock();
        const answer = Buffer.from(JSON.stringify(result));
        if (answer.length > largestResult) return;
        const what = { dialect: 'tool', model: '', tool, text: undefined, vector: undefined, tokens: 0 };
        const when = { createdAt: now, expiresAt: now + ttlSeconds * 1000 };
        await store.put({ ...identityOf(tool, input), ...what, ...when, answer, tags: [], sources: [] }, now);
      } catch {
        // As above.
      }
    },
    async drop(tool) {
      await store.remove({ tool });
    },
    close: () => store.close(),
  };
}

/** Bytes. */
const largestResult = 4 * 1024 * 1024;
