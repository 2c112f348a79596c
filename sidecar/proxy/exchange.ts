import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../../crds/settings.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { dialectAt, dialectOf } from '../dialects/index.ts';
import type { Entry } from '../lookup/entry.ts';
import { Question } from '../lookup/question.ts';
import type { Lookup } from '../lookup/run.ts';
import type { BypassReason, UnstoredReason } from '../reasons.ts';
import { readBody, unreadBody } from './body.ts';
import type { Cache } from './cache.ts';
import { ClientPassenger } from './client.ts';
import { type Directives, HeaderError, readDirectives } from './directives.ts';
import { Flight } from './flight.ts';
import { cacheControl, toUpstream } from './headers.ts';
import { keeper } from './keep.ts';
import { reply, replyUnanswered } from './reply.ts';
import { RequestReader } from './request-reader.ts';
import { providerOf } from './routing.ts';
import { flightKey, SharedFlights } from './shared-flights.ts';
import { type Call, requestPath, type Upstreams, upstreamTarget } from './upstream.ts';
import { hitVerdict, missVerdict, type Verdict, verdictHeaders, withOutcome } from './verdict.ts';

export interface ExchangeParts {
  readonly settings: () => Settings;
  readonly cache: Cache;
  readonly upstreams: Upstreams;
  readonly observer: ExchangeObserver;
  readonly clock: () => number;
}

/** What an exchange tells, for metrics and the log line. */
export interface ExchangeObserver {
  called(dialect: Dialect): void;
  unstored(reason: UnstoredReason): void;
  stored(entry: Entry): void;
  /** A stored answer could not be written for its client. */
  unwritable(entry: Entry, error: unknown): void;
}

/** What is known of a request when it is over; filled in as the exchange goes on. */
export interface Report {
  dialect?: string;
  model?: string;
  verdict?: Verdict;
  tokensSaved?: number;
}

/** Answers one request: parse, identity, phases, coalesce, forward, record, store, reply. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #reader = new RequestReader();
  readonly #flights = new SharedFlights();

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  async handle(request: IncomingMessage, response: ServerResponse, report: Report): Promise<void> {
    const path = requestPath(request);
    if (isOwnPath(path)) return noSuchCall(request, response);
    const dialect = dialectOf(request.method ?? '', path.split('?', 1)[0] ?? '');
    if (dialect === undefined) this.#passThrough(request, response);
    else await this.#answer(dialect, path, request, response, report);
  }

  async #answer(
    dialect: Dialect,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    report: Report,
  ): Promise<void> {
    const settings = this.#parts.settings();
    const pathname = path.split('?', 1)[0] ?? '';
    report.dialect = dialect.name;
    const context: Context = { dialect, settings, request, response, report };

    // Only forwards: not even a header of ours is read.
    if (settings.mode === 'off') return this.#bypass(context, 'off', unreadBody(request));
    let directives: Directives;
    try {
      directives = readDirectives(request.headers);
    } catch (error) {
      if (!(error instanceof HeaderError)) throw error;
      request.resume();
      return sendError(context, 400, dialect.error(error.message, 'bad-request'));
    }

    const bypassed = bypassBeforeReading(request);
    if (bypassed !== undefined) return this.#bypass(context, bypassed, unreadBody(request));
    const body = await readBody(request, settings.maxRequestBytes);
    if ('stream' in body) return this.#bypass(context, 'too-large', body.stream);

    const read = this.#reader.read(dialect, settings, {
      headers: request.headers,
      path: pathname,
      query: path.slice(pathname.length),
      tenant: directives.tenant,
      body: body.whole,
    });
    if (read === undefined) return this.#bypass(context, 'not-json', body.whole);
    const { asked, identity } = read;
    report.model = asked.model;
    if (asked.uncached !== undefined && !directives.onlyIfCached) {
      return this.#bypass(context, asked.uncached, body.whole);
    }
    const question = new Question(
      asked,
      identity,
      {
        threshold: effectiveThreshold(settings, directives),
        maxAge: directives.maxAge,
        now: this.#parts.clock(),
      },
      this.#parts.cache.embedder,
    );

    if (directives.noCache && !directives.onlyIfCached) {
      // Known while the provider thinks, so that the fresh entry has its vector when it is stored.
      void question.embedding();
      return this.#forward(context, question, directives, body.whole, {
        phase: 'bypass',
        reason: 'no-cache',
      });
    }
    // With both directives neither the cache nor the provider may answer.
    const lookup: Lookup = directives.noCache ? noLookup : await this.#parts.cache.ask(question);
    if (response.destroyed) return;
    if (lookup.hit !== undefined && settings.mode === 'serve') {
      const body = this.#written(dialect, question, lookup.hit.entry);
      if (body !== undefined) return this.#replay(context, question, lookup.hit, body);
    }
    if (directives.onlyIfCached) {
      const verdict: Verdict = { phase: 'miss', similarity: lookup.best, reason: lookup.reason };
      return sendError(
        context,
        504,
        dialect.error('No stored answer, and the request says only-if-cached.', 'not-cached'),
        verdict,
      );
    }
    return this.#forward(
      context,
      question,
      directives,
      body.whole,
      missVerdict(lookup, asked, settings.mode),
    );
  }

  /** Undefined where the stored answer cannot be written: then it was no answer, and it goes. */
  #written(dialect: Dialect, question: Question, entry: Entry): Uint8Array | undefined {
    try {
      return dialect.write(entry.answer, question.asked);
    } catch (error) {
      this.#parts.observer.unwritable(entry, error);
      this.#parts.cache
        .remove({ id: entry.id }, { dryRun: false })
        .catch((failure) => this.#parts.observer.unwritable(entry, failure));
      return undefined;
    }
  }

  #replay(context: Context, question: Question, hit: NonNullable<Lookup['hit']>, body: Uint8Array): void {
    const { response, report } = context;
    const { entry } = hit;
    const verdict = hitVerdict(hit, this.#parts.clock());
    report.verdict = verdict;
    report.tokensSaved = entry.tokens;
    reply(response, {
      status: 200,
      contentType: context.dialect.contentType(question.asked.form),
      body,
      verdict,
    });
  }

  #forward(
    context: Context,
    question: Question,
    directives: Directives,
    body: Buffer,
    verdict: Verdict,
  ): void {
    const { dialect, settings, request, response, report } = context;
    const call: Call = {
      target: upstreamTarget(settings.upstreams[dialect.upstream], dialect.upstream, request),
      method: 'POST',
      headers: toUpstream(request.rawHeaders, cacheControl),
      body,
    };
    const takeOff = (landed: () => void): Flight => {
      this.#parts.observer.called(dialect);
      return new Flight(this.#parts.upstreams, call, {
        keeper: keeper(dialect, {
          form: question.asked.form,
          forbidden: directives.noStore ? 'no-store' : undefined,
          maxBytes: settings.maxEntryBytes,
          store: (recorded) => {
            if (recorded.toolCalls && !settings.cacheToolCalls) {
              this.#parts.observer.unstored('tool-calls');
              return { reason: 'tool-calls' };
            }
            const entry = newEntry(question, dialect, directives, settings, recorded, this.#parts.clock());
            this.#parts.cache.remember(question, entry);
            this.#parts.observer.stored(entry);
            return { entry: entry.id };
          },
          unstored: this.#parts.observer.unstored,
        }),
        keepBytes: settings.maxEntryBytes,
        landed,
      });
    };

    const key =
      directives.noStore || verdict.phase === 'bypass' ? undefined : flightKey(request, question, directives);
    const client = new ClientPassenger(response, {
      headers: (_, outcome) => {
        report.verdict = withOutcome(report.verdict ?? verdict, outcome);
        return Object.entries(verdictHeaders(report.verdict)).flat();
      },
      unanswered: (error) => replyUnanswered(response, dialect, error, verdict),
    });
    this.#flights.board(key, client, takeOff, {
      alone: () => {
        report.verdict = verdict;
      },
      collapsed: () => {
        report.verdict = { ...verdict, phase: 'collapsed' };
      },
    });
  }

  /** A request on a cached path that the cache does not look at. */
  #bypass(context: Context, reason: BypassReason, body: Call['body']): void {
    const { dialect, settings, request, response, report } = context;
    const verdict: Verdict = { phase: 'bypass', reason };
    report.verdict = verdict;
    this.#parts.observer.called(dialect);
    const target = upstreamTarget(settings.upstreams[dialect.upstream], dialect.upstream, request);
    const call: Call = {
      target,
      method: 'POST',
      headers: toUpstream(request.rawHeaders, cacheControl),
      body,
    };
    this.#fly(call, response, {
      headers: () => Object.entries(verdictHeaders(verdict)).flat(),
      unanswered: (error) => replyUnanswered(response, dialect, error, verdict),
    });
  }

  /** Any other path: unchanged both ways. */
  #passThrough(request: IncomingMessage, response: ServerResponse): void {
    const { upstreams } = this.#parts.settings();
    const kind = providerOf(request);
    const call: Call = {
      target: upstreamTarget(upstreams[kind], kind, request),
      method: request.method ?? 'GET',
      headers: toUpstream(request.rawHeaders),
      body: unreadBody(request),
    };
    this.#fly(call, response, {
      headers: () => [],
      unanswered: (error) => replyUnanswered(response, dialectAt(kind), error, undefined),
    });
  }

  #fly(
    call: Call,
    response: ServerResponse,
    options: ConstructorParameters<typeof ClientPassenger>[1],
  ): void {
    const client = new ClientPassenger(response, options);
    const flight = new Flight(this.#parts.upstreams, call, {
      keeper: undefined,
      keepBytes: 0,
      landed: () => {},
    });
    client.sit(flight.board(client));
  }
}

interface Context {
  readonly dialect: Dialect;
  readonly settings: Settings;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly report: Report;
}

/** The cache's own API is never forwarded: not what it does not know either, however the request is spelt. */
export const isOwnPath = (path: string): boolean => /^\/cache(?:[/?]|$)/.test(path);

function noSuchCall(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ error: { message: `${request.method}: no such call of the cache` } }));
}

const noLookup: Lookup = { hit: undefined, best: undefined, reason: 'no-cache' };

function bypassBeforeReading(request: IncomingMessage): BypassReason | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 'encoded';
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return 'not-json';
  return undefined;
}

/** A request may only be stricter than the configuration, unless that allows otherwise. */
function effectiveThreshold({ threshold, allowLowerThreshold }: Settings, directives: Directives): number {
  if (directives.threshold === undefined) return threshold;
  return allowLowerThreshold ? directives.threshold : Math.max(threshold, directives.threshold);
}

function newEntry(
  question: Question,
  dialect: Dialect,
  directives: Directives,
  settings: Settings,
  recorded: { answer: Uint8Array; tokens: number; toolCalls: boolean },
  now: number,
): Entry {
  return {
    ...question.identity,
    dialect: dialect.name,
    model: question.asked.model,
    text: recorded.toolCalls ? undefined : question.asked.text,
    vector: undefined,
    answer: recorded.answer,
    tags: directives.tags,
    sources: directives.sources,
    createdAt: now,
    expiresAt: now + (directives.ttlSeconds ?? settings.ttlSeconds) * 1000,
    tokens: recorded.tokens,
  };
}

function sendError({ response, report }: Context, status: number, body: string, verdict?: Verdict): void {
  if (verdict !== undefined) report.verdict = verdict;
  reply(response, { status, contentType: 'application/json', body, verdict });
}
