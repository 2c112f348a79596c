import type { ServerResponse } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import type { Context } from './context.ts';
import type { FlightError } from './flight.ts';
import { endSoon } from './outbox.ts';
import { type Verdict, verdictHeaders } from './verdict.ts';

/** Answers from the cache or in its name: the whole body at once, with the verdict in the headers. */
export function reply(
  response: ServerResponse,
  answer: {
    status: number;
    contentType: string;
    body: Uint8Array | string;
    verdict: Verdict | undefined;
    /** Seconds. */
    retryAfter?: number | undefined;
  },
): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  writeReplyHead(response, { ...answer, length: body.length });
  endSoon(response, body);
}

export function writeReplyHead(
  response: ServerResponse,
  answer: {
    status: number;
    contentType: string;
    length: number;
    verdict: Verdict | undefined;
    retryAfter?: number | undefined;
  },
): void {
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Content-Length': answer.length,
    ...(answer.retryAfter === undefined ? {} : { 'Retry-After': answer.retryAfter }),
    ...(answer.verdict === undefined ? {} : verdictHeaders(answer.verdict)),
  });
}

/** An error in our own name; `body` is in the provider's form of error. */
export function replyError(
  { response, report }: Context,
  status: number,
  body: string,
  verdict?: Verdict,
): void {
  if (verdict !== undefined) report.verdict = verdict;
  reply(response, { status, contentType: 'application/json', body, verdict });
}

/** Nobody answered, so we do: in the provider's own form of error. */
export function replyUnanswered(
  response: ServerResponse,
  dialect: Dialect,
  { timeout, message }: FlightError,
  verdict: Verdict | undefined,
): void {
  const [status, kind, what] = timeout
    ? ([504, 'upstream-timeout', 'did not answer in time'] as const)
    : ([502, 'upstream-unreachable', 'could not be asked'] as const);
  const body = dialect.error(`The provider ${what}: ${message}`, kind);
  reply(response, { status, contentType: 'application/json', body, verdict });
}
