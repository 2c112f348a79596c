/**
 * What a failed call means for whoever made it.
 *
 * - `retry`: the server is busy, broken or away; the same call may succeed later
 * - `conflict`: the object is no longer what the call assumed: read again, decide again
 * - `exists`: an object of that name is there already
 * - `invalid`: the same call will fail again; somebody has to change what is asked
 * - `forbidden`: permissions or a quota are missing
 * - `unauthorized`: the credentials are not accepted
 * - `not-found`: the object is not there
 * - `not-served`: the server does not know the kind
 * - `gone`: the resource version is too old to watch or to page on from
 */
export type Failure =
  | 'retry'
  | 'conflict'
  | 'exists'
  | 'invalid'
  | 'forbidden'
  | 'unauthorized'
  | 'not-found'
  | 'not-served'
  | 'gone';

/** `Status` of the Kubernetes API, as far as it is read. */
export interface Status {
  readonly kind?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string }[];
  };
}

export class ApiError extends Error {
  readonly failure: Failure;
  /** The HTTP status; 0 where there was no answer. */
  readonly code: number;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined;
  readonly #causes: readonly (string | undefined)[];

  constructor(
    failure: Failure,
    message: string,
    rest: {
      code?: number;
      retryAfterMs?: number | undefined;
      causes?: readonly (string | undefined)[];
      cause?: unknown;
    } = {},
  ) {
    super(message, rest.cause === undefined ? {} : { cause: rest.cause });
    this.name = 'ApiError';
    this.failure = failure;
    this.code = rest.code ?? 0;
    this.retryAfterMs = rest.retryAfterMs;
    this.#causes = rest.causes ?? [];
  }

  /** Nothing can be made in a namespace that is being deleted; that is no fault. */
  get namespaceTerminating(): boolean {
    return this.#causes.includes('NamespaceTerminating');
  }
}

/** `call` names what was asked, such as `PATCH /api/v1/…`. */
export function errorOf(call: string, code: number, status: Status, retryAfter?: string): ApiError {
  const message = `${call}: ${code} ${status.message ?? status.reason ?? 'no message'}`;
  const causes = status.details?.causes?.map(({ reason }) => reason) ?? [];
  return new ApiError(failureOf(code, status), message, {
    code,
    causes,
    retryAfterMs: retryAfterMs(retryAfter) ?? secondsToMs(status.details?.retryAfterSeconds),
  });
}

function failureOf(code: number, { kind, reason, details }: Status): Failure {
  if (code === 404) return kind === 'Status' && details?.name ? 'not-found' : 'not-served';
  if (code === 409) return reason === 'AlreadyExists' ? 'exists' : 'conflict';
  if (code === 410) return 'gone';
  if (code === 401) return 'unauthorized';
  if (code === 403) return 'forbidden';
  if (code === 408 || code === 429 || code >= 500) return 'retry';
  return 'invalid';
}

/** The header of RFC 9110: seconds. (The API server never sends the form with a date.) */
function retryAfterMs(header: string | undefined): number | undefined {
  return header === undefined || !/^\d+$/.test(header) ? undefined : secondsToMs(Number(header));
}

/** Whoever asks for more than a minute gets a minute: a wrong number must not stop us for a day. */
function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.min(seconds, 60) * 1000;
}

export const isFailure = (error: unknown, ...failures: readonly Failure[]): error is ApiError =>
  error instanceof ApiError && failures.includes(error.failure);
