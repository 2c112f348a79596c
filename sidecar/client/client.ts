import { Calls, Unavailable } from './calls.ts';

/** What is asked of the cache beside the application: results of tools and of searches, computed once. */
export interface FourfoldOptions {
  /** Of the sidecar's port for the application; by default `http://127.0.0.1:4114`. */
  readonly url?: string;
  /**
   * Sent with each call. Whose results these are is told as with requests to a model: by the credential in
   * `authorization`, `x-fourfold-tenant`, or what `partitionBy` names.
   */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Milliseconds without a sign of the sidecar after which a call goes on without it; by default 500. */
  readonly deadlineMs?: number;
  /** Milliseconds for which it is not asked again then; by default 1000. */
  readonly pauseMs?: number;
  /** Hears of what the cache could not do; nothing else fails of it. */
  readonly onTrouble?: (error: Error) => void;
  readonly fetch?: typeof fetch;
}

export interface ExecuteOptions {
  /** How long it is kept: a duration such as `10m`, or seconds. By default as the sidecar is configured. */
  readonly ttl?: string | number;
  /** The end user, where `partitionBy` has `user`. */
  readonly user?: string;
  /** Milliseconds to wait for somebody else who computes the same; by default 60,000. 0: do not wait, nor be waited for. */
  readonly waitMs?: number;
  /** Milliseconds after which somebody else takes over where this process has died; by default 10,000. */
  readonly leaseMs?: number;
  readonly signal?: AbortSignal;
}

export interface ToolOptions<Result> extends ExecuteOptions {
  /** Cosine from which another wording answers; only a stricter one than the configured one counts. */
  readonly threshold?: number;
  /** False: by the exact input only. */
  readonly semantic?: boolean;
  /** Kept beside the result, and told with it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Whether a result says that the call failed: then it is not kept. What throws never is. */
  readonly isFailure?: (result: Result) => boolean;
}

export interface MemoryOptions extends ExecuteOptions {
  /** Results wanted at most; by default 10. */
  readonly k?: number;
  /** Type of memory; each has a time to live of its own. */
  readonly type?: string;
  /** Gives `fn` the vector of the query, where the cache has computed it. */
  readonly embedding?: boolean;
}

/** How the result came to be. */
export interface Provenance {
  /**
   * `cache`: it was kept; `shared`: somebody computed it at the same time; `executed`: computed now; `unavailable`:
   * computed now, and the cache could not be asked.
   */
  readonly source: 'cache' | 'shared' | 'executed' | 'unavailable';
  /** Of a result that was kept: by what it was found. */
  readonly phase?: 'exact' | 'semantic';
  /** Of a result that was kept; of one that was computed, that of the best candidate. */
  readonly similarity?: number;
  /** Id of the entry that answered or was stored. */
  readonly entry?: string;
  /** Seconds since it was computed. */
  readonly age?: number;
  readonly accessCount?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Why it was not found, or not stored. */
  readonly reason?: string;
}

export interface Executed<Result> extends Provenance {
  readonly result: Result;
}

export interface Remembered<Result> extends Provenance {
  readonly results: readonly Result[];
}

export interface Feedback {
  /** As a result or `x-fourfold-entry` names it. */
  readonly entry: string;
  readonly verdict: 'wrong' | 'right';
  /** The question that it answered. */
  readonly prompt: string;
}

/** Somebody else computed the same at the same time, and it threw this. */
export class SharedExecutionError extends Error {
  override readonly name = 'SharedExecutionError';
}

export { Unavailable };

export class Fourfold {
  readonly #calls: Calls;
  readonly #onTrouble: (error: Error) => void;

  constructor(options: FourfoldOptions = {}) {
    const { url = 'http://127.0.0.1:4114', headers = {}, deadlineMs = 500, pauseMs = 1_000 } = options;
    this.#onTrouble = options.onTrouble ?? (() => {});
    this.#calls = new Calls({
      url,
      headers: typeof headers === 'function' ? headers : () => headers,
      deadlineMs,
      pauseMs,
      fetch: options.fetch ?? fetch,
    });
  }

  /**
   * The result of a tool for an input: the one that is kept, or what `fn` gives, which is kept then. Of identical calls at
   * the same time, in whichever processes, one executes. Results are JSON.
   * @throws what `fn` throws, here or (as SharedExecutionError) where it was executed; the reason of the signal.
   */
  async getOrExecute<Result>(
    tool: string,
    input: unknown,
    fn: (context: { readonly signal: AbortSignal }) => Result | Promise<Result>,
    options: ToolOptions<Result> = {},
  ): Promise<Executed<Result>> {
    const { ttl, user, metadata, threshold, semantic, isFailure = () => false } = options;
    const path = `/cache/tools/${encodeURIComponent(tool)}`;
    const call = { input: input ?? null, semantic, user };
    const found = await this.#find(`${path}/lookup`, { ...call, threshold }, options);
    if (found.hit) return { result: found.result as Result, ...provenanceOf(found) };
    const { result, stored } = await this.#execute(found, fn, options, path, (result) => ({
      ...call,
      ...{ result, success: !isFailure(result), ttl, metadata },
    }));
    return { result, ...computed(found, stored) };
  }

  /**
   * What a search in a memory or in documents finds, for the query and exactly these tags. Each result has an `id`; see
   * `written`. Throws as `getOrExecute`.
   */
  async remember<Result extends { readonly id: string | number }>(
    query: string,
    tags: readonly string[],
    fn: (context: {
      readonly signal: AbortSignal;
      /** Unit length, where it was asked for and could be computed. */
      readonly embedding: readonly number[] | undefined;
    }) => readonly Result[] | Promise<readonly Result[]>,
    options: MemoryOptions = {},
  ): Promise<Remembered<Result>> {
    const { k = 10, type, ttl, user, embedding } = options;
    const search = { query, tags, type, user, k };
    const found = await this.#find('/cache/memories/lookup', { ...search, embedding }, options);
    if (found.hit) return { results: found.results as readonly Result[], ...provenanceOf(found) };
    const { result, stored } = await this.#execute(
      found,
      ({ signal }) => fn({ signal, embedding: found.embedding }),
      options,
      '/cache/memories',
      (results) => ({ ...search, results, ttl }),
    );
    return { results: result, ...computed(found, stored) };
  }

  /**
   * Memories or documents were written: whatever rests on them is dropped, in all sidecars of the cache. Answers how many
   * that were. @throws Unavailable, for then it may still be answered from the cache; call it again.
   */
  async written(ids: readonly (string | number)[]): Promise<number> {
    let removed = 0;
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      const body = { ids: ids.slice(from, from + idsAtOnce) };
      removed += (await this.#insist<{ removed: number }>('POST', '/cache/memories/written', body)).removed;
    }
    return removed;
  }

  /** Drops all results of a tool. Answers how many that were. @throws Unavailable */
  async forget(tool: string): Promise<number> {
    const path = `/cache/tools/${encodeURIComponent(tool)}`;
    return (await this.#insist<{ removed: number }>('DELETE', path)).removed;
  }

  /** Tells that an entry was the wrong answer to a question, or the right one. @throws Unavailable */
  feedback(feedback: Feedback): Promise<{ readonly blocked: boolean }> {
    return this.#insist('POST', '/cache/feedback', feedback);
  }

  #insist<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    return this.#calls.call(method, path, body, { deadlineMs: insistMs });
  }

  async #find(path: string, asked: object, options: ExecuteOptions): Promise<Found> {
    const { signal, leaseMs = 10_000, waitMs = 60_000 } = options;
    const patience = waitMs > 0 ? { lease: leaseMs / 1_000, wait: waitMs / 1_000 } : {};
    let found: Found;
    try {
      found = await this.#calls.call<Found>('POST', path, { ...asked, ...patience }, { signal });
      if (typeof found.hit !== 'boolean') throw new Unavailable('what answered is no sidecar');
    } catch (error) {
      return { hit: false, trouble: this.#trouble(error) };
    }
    if (found.error !== undefined) throw new SharedExecutionError(found.error.message);
    return found;
  }

  async #execute<Result>(
    found: Found,
    fn: (context: { readonly signal: AbortSignal }) => Result | Promise<Result>,
    { signal = new AbortController().signal, leaseMs = 10_000 }: ExecuteOptions,
    path: string,
    bodyOf: (result: Result) => object,
  ): Promise<{ result: Result; stored: Stored }> {
    const { lease, asOf: since, trouble } = found;
    const held = lease === undefined ? undefined : this.#hold(lease, leaseMs);
    let result: Result;
    try {
      result = await fn({ signal });
    } catch (error) {
      // Who gives up has found nothing out: another one who waits tries then.
      if (signal.aborted) await held?.end('release', {});
      else await held?.end('failed', { error: messageOf(error) });
      throw error;
    }
    held?.stop();
    if (trouble !== undefined) return { result, stored: { reason: trouble.message } };
    if (found.reason === 'not-read-only' || found.reason === 'off')
      return { result, stored: { reason: found.reason } };
    try {
      // JSON would leave it out.
      if (result === undefined) throw new Unavailable('the result is undefined, which JSON cannot say');
      const stored = await this.#calls.call<Stored>('PUT', path, { ...bodyOf(result), lease, since });
      return { result, stored };
    } catch (error) {
      // It cannot be shared: else all who wait would execute, one after the other.
      await held?.end('release', { all: true });
      return { result, stored: { reason: this.#trouble(error).message } };
    }
  }

  /** Renews the lease until it is over. */
  #hold(lease: string, leaseMs: number) {
    const path = `/cache/executions/${encodeURIComponent(lease)}`;
    const tell = (how: string, body: object) =>
      this.#calls.call('POST', `${path}/${how}`, body).then(
        () => {},
        (error) => void this.#trouble(error),
      );
    const renewing = setInterval(() => void tell('renew', { lease: leaseMs / 1_000 }), leaseMs / 3);
    const stop = () => clearInterval(renewing);
    return {
      stop,
      end: async (how: 'failed' | 'release', body: object) => {
        stop();
        await tell(how, body);
      },
    };
  }

  /** @throws what is none of the cache's. */
  #trouble(error: unknown): Unavailable {
    if (!(error instanceof Unavailable)) throw error;
    this.#onTrouble(error);
    return error;
  }
}

interface Found extends Omit<Provenance, 'source' | 'phase'> {
  readonly hit: boolean;
  readonly phase?: 'exact' | 'semantic' | 'collapsed';
  readonly result?: unknown;
  readonly results?: unknown;
  readonly error?: { readonly message: string };
  readonly lease?: string;
  readonly asOf?: number;
  readonly embedding?: readonly number[];
  readonly trouble?: Unavailable;
}

interface Stored {
  readonly entry?: string;
  readonly reason?: string;
}

function provenanceOf({ phase, similarity, entry, age, accessCount, metadata }: Found): Provenance {
  if (phase === 'collapsed') return { source: 'shared' };
  return given({ source: 'cache', phase, similarity, entry, age, accessCount, metadata });
}

function computed({ trouble, reason, similarity }: Found, stored: Stored): Provenance {
  return given({
    source: trouble === undefined ? 'executed' : 'unavailable',
    similarity,
    entry: stored.entry,
    reason: stored.reason ?? reason,
  });
}

/** Without the fields that have nothing to say. */
const given = (provenance: { [Field in keyof Provenance]: Provenance[Field] | undefined }): Provenance =>
  Object.fromEntries(
    Object.entries(provenance).filter(([, value]) => value !== undefined),
  ) as unknown as Provenance;

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 60_000);

/** As many as one call takes, however long they are. */
const idsAtOnce = 500;

/** Milliseconds: what must reach the cache is worth waiting for. */
const insistMs = 5_000;
