import type { BypassReason } from '../reasons.ts';
import { readBody, unreadBody } from './body.ts';
import type { Context } from './context.ts';
import { type Directives, HeaderError, readDirectives } from './directives.ts';
import { replyError } from './reply.ts';
import type { Call } from './upstream.ts';
import type { Verdict } from './verdict.ts';

/** What a request says to the cache, and its body as it came. */
export interface Admitted {
  readonly directives: Directives;
  readonly body: Buffer;
}

/** Reads a request; undefined where it has been answered, or handed to `bypass`, because the cache has nothing to do with it. */
export async function admit(
  context: Context,
  bypass: (reason: BypassReason, body: Call['body']) => void,
): Promise<Admitted | undefined> {
  const { settings, request, dialect } = context;
  if (settings.mode === 'off') {
    bypass('off', unreadBody(request));
    return undefined;
  }
  let directives: Directives;
  try {
    directives = readDirectives(request.headers);
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    request.resume();
    replyError(context, 400, dialect.error(error.message, 'bad-request'));
    return undefined;
  }
  const bypassed = bypassBeforeReading(context);
  if (bypassed !== undefined) {
    bypass(bypassed, unreadBody(request));
    return undefined;
  }
  const body = await readBody(request, settings.maxRequestBytes);
  if ('whole' in body) return { directives, body: body.whole };
  bypass('too-large', body.stream);
  return undefined;
}

function bypassBeforeReading({ request }: Context): BypassReason | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 'encoded';
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return 'not-json';
  return undefined;
}

/** RFC 9111, section 5.2.1.7. It holds in every mode: who says so has something else to do without an answer. */
export function unasked(context: Context, verdict: Verdict): void {
  context.request.resume();
  const message = 'No stored answer, and the request says only-if-cached.';
  const body = context.dialect.error(message, 'not-cached');
  replyError(context, 504, body, { ...verdict, unasked: 'only-if-cached' });
}
