import type { Settings } from '../../crds/settings.ts';
import { Refused } from '../admin/refused.ts';
import { holdsSecret } from '../cacheability/index.ts';
import { dialectOf } from '../dialects/index.ts';
import type { Entry } from '../lookup/entry.ts';
import { type Headers, keysOf } from '../lookup/identity.ts';
import { Question } from '../lookup/question.ts';
import type { Policy } from '../policy/policy.ts';
import type { Cache } from '../proxy/cache.ts';
import { readDirectives } from '../proxy/directives.ts';
import { lifetime } from '../proxy/freshness.ts';
import { RequestReader } from '../proxy/request-reader.ts';

/** A question as the application will ask it, and the answer that somebody has for it. */
export interface Given {
  /** Of the request, with its query. */
  readonly path: string;
  /** The body of the request, as `parseExactly` reads it: written again, it has the digits that the application sends. */
  readonly request: object;
  /** What the provider shall have said. */
  readonly answer: string;
}

export interface GivenParts {
  readonly settings: () => Settings;
  readonly cache: Pick<Cache, 'keep' | 'embedder'>;
  readonly policy: Pick<Policy, 'refuses' | 'submit'>;
  readonly clock: () => number;
  readonly steady: () => number;
}

export type Taken =
  | { readonly entry: string; readonly comparison: 'loose' | 'exact'; readonly reason?: string | undefined }
  | { readonly stored: false; readonly reason: string };

/**
 * Stores answers that did not come from the provider, as if they had: under the identity of the request that asks for them,
 * which is read in the same way. So the headers of the call are those of the request: credential, tenant, tags, lifetime.
 */
export class GivenAnswers {
  readonly #parts: GivenParts;
  readonly #reader = new RequestReader();

  constructor(parts: GivenParts) {
    this.#parts = parts;
  }

  /** @throws Refused, HeaderError, and what the store throws. */
  async take(headers: Headers, { path, request, answer }: Given): Promise<Taken> {
    const { settings: current, cache, policy, clock, steady } = this.#parts;
    const settings = current();
    const [pathname = ''] = path.split('?', 1);
    const dialect = dialectOf('POST', pathname);
    if (dialect?.compose === undefined)
      throw new Refused(
        400,
        `path: expected one that the cache answers, such as /v1/chat/completions, found ${path}`,
        'path',
      );
    const directives = readDirectives(headers);
    const read = this.#reader.read(dialect, settings, {
      headers,
      path: pathname,
      query: path.slice(pathname.length),
      tenant: directives.tenant,
      body: Buffer.from(JSON.stringify(request)),
    });
    if (read === undefined)
      throw new Refused(400, `request: expected the body of a request to ${pathname}`, 'request');
    const { asked, identity } = read;
    if (settings.mode === 'off') return { stored: false, reason: 'off' };
    if (asked.uncached !== undefined) return { stored: false, reason: asked.uncached };
    if (directives.noStore) return { stored: false, reason: 'no-store' };

    const now = clock();
    const about = { id: identity.id, model: asked.model, seconds: Math.floor(now / 1000) };
    const recorder = dialect.recorder('json');
    recorder.push(Buffer.from(JSON.stringify(dialect.compose(answer, about))));
    const recording = recorder.end();
    if ('unstored' in recording) return { stored: false, reason: recording.unstored };
    if (recording.answer.length > settings.maxEntryBytes)
      return { stored: false, reason: 'too-large-answer' };
    if (holdsSecret(settings.exclude, recording.answer)) return { stored: false, reason: 'secret-answer' };
    if (policy.refuses(identity.id)) return { stored: false, reason: 'policy' };
    const entry: Entry = {
      ...keysOf(identity),
      ...lifetime(settings, directives, now),
      dialect: dialect.name,
      model: asked.model,
      text: asked.text,
      vector: undefined,
      answer: recording.answer,
      tags: directives.tags,
      sources: directives.sources,
      tokens: recording.tokens,
    };
    const limits = { threshold: settings.threshold, now, askedAt: steady() };
    const question = new Question(asked, identity, limits, cache.embedder);
    if (!(await cache.keep(question, entry))) return { stored: false, reason: 'removed' };
    policy.submit(entry);
    return asked.text === undefined
      ? { entry: entry.id, comparison: 'exact', reason: asked.exactOnly }
      : { entry: entry.id, comparison: 'loose' };
  }
}
