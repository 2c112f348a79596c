import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../../crds/settings.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { dialectAt, dialectOf } from '../dialects/index.ts';
import { embeddingsDialect } from '../dialects/openai-embeddings.ts';
import type { Entry } from '../lookup/entry.ts';
import { isAnswerTo, Question } from '../lookup/question.ts';
import type { Lookup } from '../lookup/run.ts';
import type { StaleReason } from '../reasons.ts';
import { admit, unasked } from './admission.ts';
import type { Failure } from './client.ts';
import type { Context, ExchangeParts, Report } from './context.ts';
import type { Directives } from './directives.ts';
import { Embeddings } from './embeddings.ts';
import { type Asking, Forwarding } from './forwarding.ts';
import { type Grace, graceOf, staleReason } from './freshness.ts';
import { sendPaced } from './paced.ts';
import { isTooComplex, mostValues } from './parse-body.ts';
import { refuse } from './refuse.ts';
import { reply } from './reply.ts';
import { RequestReader } from './request-reader.ts';
import type { Rescue } from './rescue.ts';
import { providerOf } from './routing.ts';
import { pathname, requestPath } from './upstream.ts';
import { hitVerdict, missVerdict, type Verdict } from './verdict.ts';

/** Answers one request: parse, identity, phases, coalesce, forward, record, store, reply. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #reader = new RequestReader();
  readonly #forwarding: Forwarding;
  readonly #embeddings: Embeddings;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#forwarding = new Forwarding(parts);
    this.#embeddings = new Embeddings(parts, this.#forwarding);
  }

  async handle(request: IncomingMessage, response: ServerResponse, report: Report): Promise<void> {
    const path = requestPath(request);
    if (isOwnPath(path)) return noSuchCall(request, response);
    const method = request.method ?? '';
    if (embeddingsDialect.serves(method, pathname(path)))
      return await this.#answerEmbeddings(request, response, report);
    const dialect = dialectOf(method, pathname(path));
    if (dialect === undefined) this.#forwarding.passThrough(request, response);
    else await this.#answer(dialect, path, request, response, report);
  }

  /** Answers a request that is one too many. `retryAfter`: seconds. */
  refuse(request: IncomingMessage, response: ServerResponse, report: Report, retryAfter: number): void {
    const path = pathname(requestPath(request));
    const dialect = dialectOf(request.method ?? '', path) ?? dialectAt(providerOf(request));
    request.resume();
    refuse(response, report, dialect, 'too-many-requests', retryAfter);
  }

  /** Ends what runs in the background. */
  close(): void {
    this.#forwarding.close();
  }

  async #answerEmbeddings(request: IncomingMessage, response: ServerResponse, report: Report): Promise<void> {
    const dialect = embeddingsDialect;
    report.dialect = dialect.name;
    const context: Context = { dialect, settings: this.#parts.settings(), request, response, report };
    const admitted = await admit(context, (...why) => this.#forwarding.bypass(context, ...why));
    if (admitted !== undefined) await this.#embeddings.answer(context, admitted);
  }

  async #answer(
    dialect: Dialect,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    report: Report,
  ): Promise<void> {
    const settings = this.#parts.settings();
    report.dialect = dialect.name;
    const context: Context = { dialect, settings, request, response, report };
    const bypass = this.#forwarding.bypass.bind(this.#forwarding, context);
    const admitted = await admit(context, bypass);
    if (admitted === undefined) return;
    const { directives, body } = admitted;
    if (isTooComplex(body, mostValues)) return bypass('too-complex', body);
    const read = this.#reader.read(dialect, settings, {
      headers: request.headers,
      path: pathname(path),
      query: path.slice(pathname(path).length),
      tenant: directives.tenant,
      body,
    });
    if (read === undefined) return bypass('not-json', body);
    report.model = read.asked.model;
    const { uncached } = read.asked;
    if (uncached !== undefined) return bypass(uncached, body);
    const limits = {
      threshold: effectiveThreshold(settings, directives),
      maxAge: directives.maxAge,
      minFresh: directives.minFresh,
      now: this.#parts.clock(),
      askedAt: this.#parts.steady(),
    };
    const question = new Question(read.asked, read.identity, limits, this.#parts.cache.embedder);
    await this.#answerQuestion(context, { question, directives, body });
  }

  async #answerQuestion(context: Context, asking: Asking): Promise<void> {
    const { settings, response } = context;
    const { question, directives } = asking;
    const grace = settings.mode === 'serve' ? graceOf(settings, directives) : noGrace;
    const forward = (verdict: Verdict, instead?: Asking['instead']) =>
      this.#forwarding.forward(
        context,
        { ...asking, instead },
        verdict,
        this.#rescue(context, question, grace.onError),
      );

    if (directives.noCache && !directives.onlyIfCached) {
      // Known while the provider thinks, so that the fresh entry has its vector when it is stored.
      if (settings.phases.semantic.enabled) void question.embedding();
      return forward({ phase: 'bypass', reason: 'no-cache' });
    }
    let forwarded: (() => void) | undefined;
    const slow = () => {
      forwarded ??= this.#forwarding.expect(context, asking);
    };
    try {
      // With both directives neither the cache nor the provider may answer.
      const lookup = directives.noCache ? noLookup : await this.#parts.cache.ask(question, slow);
      context.report.lookup = { question, found: lookup };
      if (response.destroyed) return;
      if (lookup.hit !== undefined && settings.mode === 'serve') {
        if (this.#replay(context, question, lookup.hit)) {
          this.#parts.audits.served(question, lookup.hit, () =>
            this.#forwarding.secondOpinion(context, asking),
          );
          return;
        }
      }
      if (lookup.hit === undefined && grace.atOnce > 0) {
        if (await this.#answerStale(context, asking, grace.atOnce)) return;
      }
      if (directives.onlyIfCached)
        return unasked(context, { phase: 'miss', similarity: lookup.best, reason: lookup.reason });
      const instead =
        lookup.hit !== undefined && settings.mode === 'shadow'
          ? { hit: lookup.hit, counts: true }
          : lookup.doubted && { hit: lookup.doubted, counts: false };
      forward(missVerdict(lookup, question.asked, settings.mode), instead);
    } finally {
      forwarded?.();
    }
  }

  /** Serves what ended not long ago, and has it asked for again meanwhile. False where there is nothing of the kind. */
  async #answerStale(context: Context, asking: Asking, milliseconds: number): Promise<boolean> {
    const { hit } = await this.#parts.cache.askStale(asking.question, milliseconds);
    if (context.response.destroyed) return true;
    if (hit === undefined) return false;
    const reason = staleReason(context.settings, hit.entry, this.#parts.clock());
    if (!this.#replay(context, asking.question, hit, { reason })) return false;
    const { onlyIfCached, noStore } = asking.directives;
    if (reason === 'stale-while-revalidate' && !onlyIfCached && !noStore)
      this.#forwarding.refresh(context, asking, hit.entry);
    return true;
  }

  /** What answers where the provider fails: an entry that ended not long ago. It is looked for once. */
  #rescue(context: Context, question: Question, milliseconds: number): Rescue | undefined {
    if (milliseconds === 0) return undefined;
    let lookup: Promise<Lookup> | undefined;
    const find = () => (lookup ??= this.#parts.cache.askStale(question, milliseconds));
    return {
      has: async () => (await find()).hit !== undefined,
      answer: async (instead) => {
        const { hit } = await find();
        if (context.response.destroyed) return true;
        return (
          hit !== undefined && this.#replay(context, question, hit, { reason: 'stale-if-error', instead })
        );
      },
    };
  }

  /** False where the stored answer cannot be written: then it was no answer, and it goes. */
  #replay(
    { dialect, response, report, settings }: Context,
    question: Question,
    hit: NonNullable<Lookup['hit']>,
    stale?: { reason: StaleReason; instead?: Failure },
  ): boolean {
    const body = this.#written(dialect, question, hit.entry, settings.replay === 'original');
    if (body === undefined) return false;
    const verdict = { ...hitVerdict(hit, this.#parts.clock()), ...stale };
    if (stale !== undefined) this.#parts.observer.stale(stale.reason);
    report.verdict = verdict;
    report.tokensSaved = hit.entry.tokens;
    const answer = { status: 200, contentType: dialect.contentType(question.asked.form), body, verdict };
    const { rhythm } = hit.entry;
    if (settings.replay === 'instant' || rhythm === undefined) reply(response, answer);
    else
      sendPaced(response, { ...answer, isStream: question.asked.form === 'stream' }, rhythm).catch(() =>
        response.destroy(),
      );
    return true;
  }

  #written(dialect: Dialect, question: Question, entry: Entry, paced: boolean): Uint8Array | undefined {
    try {
      return dialect.write(entry.answer, { ...question.asked, paced }, isAnswerTo(question, entry));
    } catch (error) {
      this.#parts.observer.unwritable(entry, error);
      this.#parts.cache
        .remove({ id: entry.id }, { dryRun: false })
        .catch((failure) => this.#parts.observer.unwritable(entry, failure));
      return undefined;
    }
  }
}

/** The cache's own API is never forwarded: not what it does not know either, however the request is spelt. */
export function isOwnPath(path: string): boolean {
  const name = pathname(path);
  return /^\/cache(?:\/|$)/.test(name.includes('%') ? decoded(name) : name);
}

/** As the router reads it; what that cannot decode is no path of ours. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function noSuchCall(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ error: { message: `${request.method}: no such call of the cache` } }));
}

const noLookup: Lookup = {
  hit: undefined,
  best: undefined,
  reason: 'no-cache',
  findings: [],
  milliseconds: 0,
};
const noGrace: Grace = { atOnce: 0, onError: 0 };

/** A request may only be stricter than the configuration, unless that allows otherwise. */
function effectiveThreshold({ threshold, allowLowerThreshold }: Settings, directives: Directives): number {
  if (directives.threshold === undefined) return threshold;
  return allowLowerThreshold ? directives.threshold : Math.max(threshold, directives.threshold);
}
