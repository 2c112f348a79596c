/** The sidecar could not be asked, or did not take what it was told. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export interface CallsOptions {
  readonly url: string;
  readonly headers: () => Readonly<Record<string, string>>;
  /** Milliseconds without any byte of it after which the sidecar counts as away. */
  readonly deadlineMs: number;
  /** Milliseconds for which it is not asked again then. */
  readonly pauseMs: number;
  readonly fetch: typeof fetch;
}

/** Calls of the cache, each of which costs little where there is no sidecar, or one that hangs. */
export class Calls {
  readonly #options: CallsOptions;
  #awayUntil = Number.NEGATIVE_INFINITY;

  constructor(options: CallsOptions) {
    this.#options = { ...options, url: options.url.replace(/\/+$/, '') };
  }

  /**
   * `deadlineMs`: for this call; and then it is made even where the sidecar was away a moment ago.
   * @throws Unavailable, or the reason of the signal.
   */
  async call<Answer>(
    method: string,
    path: string,
    body: object | undefined,
    more: { readonly signal?: AbortSignal | undefined; readonly deadlineMs?: number } = {},
  ): Promise<Answer> {
    const { signal } = more;
    signal?.throwIfAborted();
    if (more.deadlineMs === undefined && performance.now() < this.#awayUntil)
      throw new Unavailable('the sidecar did not answer a moment ago');
    const text = body === undefined ? undefined : textOf(body);
    let status: number;
    let answer: string;
    try {
      ({ status, text: answer } = await this.#exchange(method, path, text, signal, more.deadlineMs));
    } catch (error) {
      signal?.throwIfAborted();
      this.#awayUntil = performance.now() + this.#options.pauseMs;
      throw new Unavailable(`the sidecar at ${this.#options.url} did not answer`, { cause: error });
    }
    const read = readJson(answer);
    if (status < 300 && read !== undefined) return read as Answer;
    const { error } = (read ?? {}) as { error?: { message?: string } };
    throw new Unavailable(`the sidecar answered ${status}: ${error?.message ?? 'no word of the cache'}`);
  }

  /** Ends when nothing was heard for the deadline: an answer that is waited for makes itself heard. */
  async #exchange(
    method: string,
    path: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
    deadlineMs = this.#options.deadlineMs,
  ): Promise<{ status: number; text: string }> {
    const { url, headers, fetch } = this.#options;
    const silence = new AbortController();
    const listen = () =>
      setTimeout(() => silence.abort(new Error(`nothing was heard for ${deadlineMs} ms`)), deadlineMs);
    let timer = listen();
    try {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body }),
        signal: signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal]),
      });
      const decoder = new TextDecoder();
      let text = '';
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer);
        timer = listen();
        text += decoder.decode(chunk, { stream: true });
      }
      return { status: response.status, text: text + decoder.decode() };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @throws Unavailable for what JSON cannot say. */
function textOf(body: object): string {
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw new Unavailable('not what JSON can say', { cause: error });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
