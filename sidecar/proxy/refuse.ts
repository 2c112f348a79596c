import type { ServerResponse } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import type { Report } from './context.ts';
import { reply } from './reply.ts';
import type { Verdict } from './verdict.ts';

/** A request beyond a limit: 429 in the provider's form of error, and when to come again (RFC 6585, section 4). */
export function refuse(
  response: ServerResponse,
  report: Report,
  dialect: Dialect,
  reason: 'too-many-requests' | 'too-many-streams',
  retryAfter: number,
): void {
  const verdict: Verdict = { phase: 'bypass', reason, unasked: reason };
  report.dialect ??= dialect.name;
  report.verdict = verdict;
  const body = dialect.error(messages[reason], 'too-many');
  reply(response, { status: 429, contentType: 'application/json', body, verdict, retryAfter });
}

const messages = {
  'too-many-requests':
    'This client sends more requests than the sidecar takes on (limits.requestsPerMinute).',
  'too-many-streams': 'More event streams are open than the sidecar takes on (limits.streams).',
};
