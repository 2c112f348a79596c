import type { ServerResponse } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import type { Context } from './context.ts';
import type { FlightError } from './flight.ts';
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
  endWith(response, body);
}

/** Sends the whole body, and the head with it where that still waits. */
export function endWith(response: ServerResponse, body: Uint8Array): void {
  if (body.length > oneWrite) response.end(body);
  // As Latin-1 text the bytes stay what they are, and node sends head and body in one write instead of two.
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
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

/** Bytes up to which copying is cheaper than a second write. */
const oneWrite = 65_536;

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
