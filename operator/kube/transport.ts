import type { Dispatcher } from 'undici';
import { ApiError, errorOf, type Status } from './api-error.ts';
import type { Clock } from './clock.ts';
import type { Access, Credentials } from './credentials.ts';
import { type Fence, Fenced, fenced } from './fence.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Until the whole answer is there; of a stream, until it begins. */
  readonly deadlineMs?: number;
  readonly fence?: Fence | undefined;
}

/** What the rest of the operator may know about its calls. */
export interface CallObserver {
  /** `code` is the HTTP status, or `error` where there was no answer. */
  called(method: string, code: string): void;
}

/**
 * HTTP to the API server. Every call has a deadline and fails with an `ApiError`; nothing is retried here, because only
 * the caller knows whether its call still makes sense.
 */
export class Transport {
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #observer: CallObserver;
  readonly #onReturn = new Set<() => void>();
  readonly #underWay = new Set<{ readonly begunAt: number; readonly giveUp: AbortController }>();
  #failed = false;
  #answeredAt: number;

  constructor(credentials: Credentials, clock: Clock, observer: CallObserver) {
    this.#credentials = credentials;
    this.#clock = clock;
    this.#observer = observer;
    this.#answeredAt = clock.monotonic();
  }

  /** When the API server last answered anything; monotonic milliseconds. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Told when the server answers again after it has answered nobody for a while: connections that stand may be dead. */
  onReturn(told: () => void): () => void {
    this.#onReturn.add(told);
    return () => this.#onReturn.delete(told);
  }

  /** The answer's JSON. @throws ApiError, Fenced */
  async json<T>(call: Call): Promise<T> {
    const giveUp = new AbortController();
    const ends = [AbortSignal.timeout(call.deadlineMs ?? defaultDeadlineMs), giveUp.signal];
    const signal = AbortSignal.any(call.signal === undefined ? ends : [...ends, call.signal]);
    const mine = { begunAt: this.#clock.monotonic(), giveUp };
    this.#underWay.add(mine);
    try {
      const answer = await this.#ask(call, signal, defaultDeadlineMs);
      return (await answer.body.json()) as T;
    } catch (error) {
      throw error instanceof ApiError || error instanceof Fenced ? error : this.#unanswered(call, error);
    } finally {
      this.#underWay.delete(mine);
    }
  }

  /** The answer's body as it comes, until `signal` is given. @throws ApiError */
  async stream(call: Call & { signal: AbortSignal }): Promise<AsyncIterable<Buffer>> {
    const late = new AbortController();
    const cancel = this.#clock.after(call.deadlineMs ?? defaultDeadlineMs, () => late.abort());
    try {
      return (await this.#ask(call, AbortSignal.any([late.signal, call.signal]), 0)).body;
    } finally {
      cancel();
    }
  }

  close(): Promise<void> {
    return this.#credentials.close();
  }

  async #ask(call: Call, signal: AbortSignal, bodyTimeout: number): Promise<Dispatcher.ResponseData> {
    let answer = await this.#send(call, signal, bodyTimeout);
    if (answer.statusCode === 401) {
      // A token that has just been replaced: once more, with the new one.
      await answer.body.dump();
      this.#credentials.refused();
      answer = await this.#send(call, signal, bodyTimeout);
    }
    if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
    const text = await answer.body.text().catch(() => '');
    const retryAfter = answer.headers['retry-after'];
    throw errorOf(
      nameOf(call),
      answer.statusCode,
      statusOf(text),
      Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    );
  }

  async #send(call: Call, signal: AbortSignal, bodyTimeout: number): Promise<Dispatcher.ResponseData> {
    const { method, path, body } = call;
    let access: Access;
    try {
      access = await this.#credentials.access();
    } catch (error) {
      throw new ApiError('retry', `credentials: ${text(error)}`, { cause: error });
    }
    const { dispatcher, headers, server } = access;
    const base = new URL(server);
    try {
      const answer = await (call.fence === undefined ? dispatcher : fenced(dispatcher, call.fence)).request({
        origin: base.origin,
        path: `${base.pathname.replace(/\/$/, '')}${path}${queryOf(call.query)}`,
        method,
        headers: {
          ...headers,
          accept: 'application/json',
          'user-agent': 'fourfold-operator',
          ...(body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
        headersTimeout: 0,
        bodyTimeout,
      });
      this.#answered(method, answer.statusCode);
      return answer;
    } catch (error) {
      throw this.#unanswered(call, error);
    }
  }

  #answered(method: string, code: number): void {
    this.#observer.called(method, String(code));
    const now = this.#clock.monotonic();
    const silentMs = now - this.#answeredAt;
    this.#answeredAt = now;
    const failed = this.#failed;
    this.#failed = false;
    // One call that is lost among others that are answered is no absence.
    if (!failed || silentMs < absenceMs) return;
    // What was asked before the server went away is not worth its whole deadline.
    for (const { begunAt, giveUp } of this.#underWay) {
      if (now - begunAt > patienceMs) giveUp.abort(new Error('the server was away meanwhile'));
    }
    for (const told of this.#onReturn) told();
  }

  #unanswered(call: Call, error: unknown): Error {
    if (error instanceof Fenced) return error;
    // Whoever cancels a call has not learnt anything about the server.
    if (!call.signal?.aborted) {
      this.#observer.called(call.method, 'error');
      this.#failed = true;
    }
    return new ApiError('retry', `${nameOf(call)}: ${text(error)}`, { cause: error });
  }
}

const defaultDeadlineMs = 10_000;
const patienceMs = 1_000;
const absenceMs = 1_500;

const nameOf = ({ method, path }: Call): string => `${method} ${path}`;

const text = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);

function statusOf(text: string): Status {
  try {
    return JSON.parse(text) as Status;
  } catch {
    // A proxy's page, or the plain text of the API server for an unknown path.
    return { message: text.slice(0, 200).trim() };
  }
}

function queryOf(query: Call['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
