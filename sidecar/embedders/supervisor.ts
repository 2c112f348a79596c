import { BackOff } from './back-off.ts';

/** Something that is started, works for a while, and may break: the worker threads and their model. */
export interface Supervisor<T> {
  /** `undefined` until it has started, and between two tries. */
  readonly current: T | undefined;
  /** Why it is down, or what it is doing. */
  readonly detail: string;
  /** Replaces `broken`, if it is still the current one. */
  giveUp(broken: T, error: Error): void;
  /** Makes the first try, once; whoever calls again waits for the same. Resolves after it, however it went. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface SupervisorOptions<T> {
  readonly name: string;
  /** `onBroken` may be called at any later time, more than once too. */
  readonly start: (onBroken: (error: Error) => void, signal: AbortSignal) => Promise<T>;
  readonly stop: (thing: T) => Promise<void>;
  readonly onUp: (startMs: number) => void;
  readonly onDown: (error: Error, retryMs: number) => void;
  readonly backOffMs: { readonly first: number; readonly most: number };
}

/** Keeps one of it running. A try that fails costs the next one a longer wait, so that nothing crashes in a loop. */
export function supervise<T>(options: SupervisorOptions<T>): Supervisor<T> {
  const backOff = new BackOff(options.backOffMs.first, options.backOffMs.most);
  const closed = new AbortController();
  let current: T | undefined;
  let since = 0;
  let detail = `${options.name} is not loaded: nothing has needed it yet.`;
  let retry: NodeJS.Timeout | undefined;
  let first: Promise<void> | undefined;
  let latest: Promise<void> | undefined;

  async function attempt(): Promise<void> {
    const begin = performance.now();
    let broken: Error | undefined;
    let started: T | undefined;
    try {
      started = await options.start((error) => {
        broken = error;
        if (started !== undefined) giveUp(started, error);
      }, closed.signal);
    } catch (error) {
      return down(error as Error);
    }
    if (closed.signal.aborted) return options.stop(started);
    if (broken !== undefined) {
      void options.stop(started);
      return down(broken);
    }
    current = started;
    since = performance.now();
    detail = `${options.name} is ready.`;
    options.onUp(since - begin);
  }

  function giveUp(broken: T, error: Error): void {
    if (broken !== current || closed.signal.aborted) return;
    current = undefined;
    void options.stop(broken);
    down(error, performance.now() - since);
  }

  function down(error: Error, heldMs = 0): void {
    if (closed.signal.aborted) return;
    const waitMs = backOff.next(heldMs);
    const seconds = Math.max(1, Math.round(waitMs / 1000));
    detail = `${options.name} is unavailable: ${oneSentence(error)} The next try is in ${seconds} s.`;
    options.onDown(error, waitMs);
    retry = setTimeout(() => {
      latest = attempt();
    }, waitMs).unref();
  }

  async function firstAttempt(): Promise<void> {
    if (closed.signal.aborted) return;
    detail = `${options.name} is starting.`;
    latest = attempt();
    await latest;
  }

  return {
    get current() {
      return current;
    },
    get detail() {
      return detail;
    },
    giveUp,
    start: () => (first ??= firstAttempt()),
    async close() {
      closed.abort();
      clearTimeout(retry);
      detail = `${options.name} is closed.`;
      const last = current;
      current = undefined;
      await Promise.all([latest, last && options.stop(last)]);
    },
  };
}

const oneSentence = (error: Error & { summary?: string }) =>
  error.summary ?? `${error.message.split('\n', 1)[0]?.replace(/\.$/, '')}.`;
