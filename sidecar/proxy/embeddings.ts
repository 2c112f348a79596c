import * as api from '../dialects/openai-embeddings.ts';
import type { Entry } from '../lookup/entry.ts';
import { type Identity, identifyOne, keysOf } from '../lookup/identity.ts';
import { Question } from '../lookup/question.ts';
import { type Admitted, unasked } from './admission.ts';
import { AskedInputs } from './asked-inputs.ts';
import { type Client, ClientPassenger, type Failure } from './client.ts';
import { Collector } from './collector.ts';
import type { Context, ExchangeParts } from './context.ts';
import type { Directives } from './directives.ts';
import {
  type Batch,
  bodyOf,
  type Item,
  identifyRequest,
  itemsOf,
  tokenShares,
  verdictOf,
} from './embeddings-batch.ts';
import { Flight, type Head, type Outcome } from './flight.ts';
import { callOf, type Forwarding } from './forwarding.ts';
import { graceOf, lifetime } from './freshness.ts';
import { toClient } from './headers.ts';
import { keeper } from './keep.ts';
import { isTooComplex, parseBody } from './parse-body.ts';
import { reply, replyUnanswered } from './reply.ts';
import { RescuedClient } from './rescue.ts';
import { SharedFlights } from './shared-flights.ts';
import { requestPath } from './upstream.ts';
import { hitVerdict, type Verdict, verdictHeaders, withOutcome } from './verdict.ts';

/**
 * Answers requests for embeddings, input by input: each is found and stored by itself, and the provider is asked only for
 * those that are not known, each once.
 */
export class Embeddings {
  readonly #parts: ExchangeParts;
  readonly #forwarding: Forwarding;
  readonly #flights = new SharedFlights();
  readonly #asked = new AskedInputs();

  constructor(parts: ExchangeParts, forwarding: Forwarding) {
    this.#parts = parts;
    this.#forwarding = forwarding;
  }

  async answer(context: Context, admitted: Admitted): Promise<void> {
    const { settings, request, report } = context;
    const { directives, body } = admitted;
    if (isTooComplex(body, mostValues)) return this.#forwarding.bypass(context, 'too-complex', body);
    const [path = ''] = requestPath(request).split('?', 1);
    const parsed = parseBody(body);
    if (parsed === undefined) return this.#forwarding.bypass(context, 'not-json', body);
    const read = api.read(parsed, { identifyUser: !settings.partitionBy.includes('none'), path });
    const whole = read && identifyRequest(context, directives, read, path);
    if (read === undefined || whole === undefined)
      return this.#forwarding.bypass(context, 'unknown-input', body);
    report.model = read.model;

    const batch: Batch = {
      ...{ context, directives, body, parsed, read },
      items: itemsOf(read.inputs, (what) => this.#question(whole, what, read.model, directives)),
    };
    const asksAnew = directives.noCache && !directives.onlyIfCached;
    if (!directives.noCache) await this.#find(batch, 0);
    if (context.response.destroyed) return;
    const unknown = batch.items.filter(({ entry }) => entry === undefined);
    const verdict = verdictOf(batch, unknown.length, asksAnew);
    if (unknown.length === 0 && settings.mode === 'serve') return await this.#replay(batch);
    if (directives.onlyIfCached) return unasked(context, verdict);
    if (settings.mode !== 'serve' || asksAnew) return this.#askForAll(batch, verdict);
    const shared = this.#sharedOf(batch, unknown);
    const own = unknown.filter((item) => !shared.has(item));
    // Of an answer that can be had as it is, nothing is put together.
    if (!this.#isWorthSplitting(batch, own) || this.#flights.has(flightKeyOf(batch)))
      return this.#askForAll(batch, verdict);
    if (own.length > 0) return this.#askForRest(batch, own, verdictOf(batch, own.length, false), shared);
    await this.#waitForOthers(batch, verdict, shared);
  }

  /** Those inputs that other requests ask for just now, and what becomes of them. */
  #sharedOf(batch: Batch, unknown: readonly Item[]): Shared {
    if (batch.directives.noStore) return new Map();
    return new Map(
      unknown.flatMap((item) => {
        const answer = this.#asked.get(keyOf(batch, item));
        return answer === undefined ? [] : [[item, answer]];
      }),
    );
  }

  /** Every input is known or on its way to another. */
  async #waitForOthers(batch: Batch, verdict: Verdict, shared: Shared): Promise<void> {
    const { response, report } = batch.context;
    const missing = await settled(shared);
    if (response.destroyed) return;
    if (missing.length > 0) {
      const rest = verdictOf(batch, missing.length, false);
      if (this.#isWorthSplitting(batch, missing)) return this.#askForRest(batch, missing, rest, new Map());
      return this.#askForAll(batch, verdict);
    }
    const { read } = batch;
    const model = api.modelOf(batch.items[0]?.entry?.answer ?? new Uint8Array());
    const body = await bodyOf(batch, model, nothingUsed);
    if (response.destroyed) return;
    report.verdict = { ...verdict, phase: 'collapsed', inputs: { known: read.inputs.length, asked: 0 } };
    reply(response, { status: 200, contentType: 'application/json', body, verdict: report.verdict });
  }

  /** Announces that these are asked for; what became of them is told when the call is over. */
  #announce(batch: Batch, items: readonly Item[]): () => void {
    if (batch.directives.noStore) return () => {};
    const byKey = new Map(items.map((item) => [keyOf(batch, item), item]));
    const { settle } = this.#asked.begin([...byKey.keys()]);
    return () => settle((key) => byKey.get(key)?.entry);
  }

  #question(whole: Identity, what: string, model: string, { maxAge, minFresh }: Directives): Question {
    const asked = {
      ...{ model, text: undefined, exactOnly: undefined, user: undefined, withUsage: false },
      form: 'json' as const,
    };
    const { clock, steady } = this.#parts;
    const limits = { threshold: 1, maxAge, minFresh, now: clock(), askedAt: steady() };
    return new Question(asked, identifyOne(whole, 'embedding', what), limits, this.#parts.cache.embedder);
  }

  /** Fills in the entries of what is known; with `grace` also what ended that many milliseconds ago. */
  async #find({ items }: Batch, grace: number): Promise<void> {
    for (let from = 0; from < items.length; from += lookupsAtOnce) {
      await Promise.all(
        items.slice(from, from + lookupsAtOnce).map(async (item) => {
          const { question } = item;
          const lookup =
            grace === 0
              ? await this.#parts.cache.findExact(question)
              : await this.#parts.cache.askStale(question, grace);
          if (lookup.hit !== undefined) item.entry = lookup.hit.entry;
        }),
      );
    }
  }

  async #replay(batch: Batch, stale?: { reason: 'stale-if-error'; instead: Failure }): Promise<void> {
    const { context, items, read } = batch;
    const entries = items.flatMap(({ entry }) => entry ?? []);
    const oldest = entries.reduce((a, b) => (b.createdAt < a.createdAt ? b : a));
    const soonest = entries.reduce((a, b) => (b.expiresAt < a.expiresAt ? b : a));
    const now = this.#parts.clock();
    const verdict: Verdict = {
      ...hitVerdict({ entry: oldest, phase: 'exact', similarity: 1 }, now),
      ttl: hitVerdict({ entry: soonest, phase: 'exact', similarity: 1 }, now).ttl,
      entry: entries.length === 1 ? oldest.id : undefined,
      inputs: { known: read.inputs.length, asked: 0 },
      ...stale,
    };
    const body = await bodyOf(batch, api.modelOf(oldest.answer), nothingUsed);
    if (context.response.destroyed) return;
    if (stale !== undefined) this.#parts.observer.stale(stale.reason);
    context.report.verdict = verdict;
    context.report.tokensSaved = entries.reduce((sum, { tokens }) => sum + tokens, 0);
    reply(context.response, { status: 200, contentType: 'application/json', body, verdict });
  }

  /** Nothing of it is known: the request as it came, and the answer as it comes. */
  #askForAll(batch: Batch, verdict: Verdict): void {
    const { context, directives, items, body } = batch;
    const { response, report } = context;
    const client = new ClientPassenger(response, {
      headers: (_, outcome) => {
        report.verdict = withOutcome(report.verdict ?? verdict, outcome);
        return Object.entries(verdictHeaders(report.verdict)).flat();
      },
      unanswered: (error) => replyUnanswered(response, context.dialect, error, verdict),
    });
    const takeOff = (landed: () => void): Flight => {
      this.#parts.observer.called(context.dialect);
      const over = mayShare ? this.#announce(batch, items) : () => {};
      return new Flight((receiver) => this.#parts.upstreams.send(callOf(context, body), receiver), {
        keeper: keeper(context.dialect, {
          form: 'json',
          forbidden: directives.noStore ? 'no-store' : undefined,
          maxBytes: mostAnswerBytes,
          store: ({ answer }) => this.#storeAll(batch, answer),
          unstored: this.#parts.observer.unstored,
        }),
        keepBytes: mostAnswerBytes,
        landed: () => {
          landed();
          over();
        },
      });
    };
    const mayShare = !directives.noStore && verdict.phase !== 'bypass';
    this.#flights.board(mayShare ? flightKeyOf(batch) : undefined, this.#rescued(batch, client), takeOff, {
      alone: () => {
        report.verdict = verdict;
      },
      collapsed: () => {
        report.verdict = { ...verdict, phase: 'collapsed' };
      },
    });
  }

  /** One call for the inputs that nobody knows or asks for; an answer that does not fit is asked for as a whole. */
  #askForRest(batch: Batch, unknown: readonly Item[], verdict: Verdict, shared: Shared): void {
    const { context, parsed } = batch;
    const { response, report, dialect } = context;
    const body = Buffer.from(JSON.stringify({ ...parsed, input: unknown.map(({ input }) => input) }));
    const client = new ClientPassenger(response, {
      headers: () => Object.entries(verdictHeaders(verdict)).flat(),
      unanswered: (error) => replyUnanswered(response, dialect, error, verdict),
    });
    const collected = async (head: Head, bytes: Buffer): Promise<void> => {
      const answer = api.readAnswer(bytes, unknown.length);
      if (answer === undefined) return this.#askForAll(batch, verdict);
      this.#store(batch, unknown, answer);
      if ((await settled(shared)).length > 0) {
        if (!response.destroyed) this.#askForAll(batch, verdict);
        return;
      }
      const merged = await bodyOf(batch, answer.model, answer.usage ?? nothingUsed);
      if (response.destroyed) return;
      report.verdict = { ...verdict, stored: !batch.directives.noStore };
      report.tokensSaved = batch.items
        .filter((item) => !unknown.includes(item))
        .reduce((sum, { entry }) => sum + (entry?.tokens ?? 0), 0);
      response.writeHead(head.status, [
        ...withoutBody(toClient(head.headers)),
        ...['Content-Type', 'application/json', 'Content-Length', String(merged.length)],
        ...Object.entries(verdictHeaders(report.verdict)).flat(),
      ]);
      response.end(merged);
    };
    const collector = new Collector(client, mostAnswerBytes, (head, bytes) => {
      collected(head, bytes).catch((error) => response.destroy(error as Error));
    });
    report.verdict = verdict;
    this.#parts.observer.called(dialect);
    const over = this.#announce(batch, unknown);
    const call = callOf(context, body, withoutEncoding);
    const flight = new Flight((receiver) => this.#parts.upstreams.send(call, receiver), {
      ...{ keeper: undefined, keepBytes: 0, landed: over },
    });
    const passenger = this.#rescued(batch, collector);
    passenger.sit(flight.board(passenger));
  }

  /** Where the provider fails, a batch whose every input is kept is answered by what ended not long ago. */
  #rescued(batch: Batch, client: Client): Client {
    const { settings } = batch.context;
    const grace = settings.mode === 'serve' ? graceOf(settings, batch.directives).onError : 0;
    if (grace === 0) return client;
    return new RescuedClient(client, {
      answer: async (instead) => {
        await this.#find(batch, grace);
        if (batch.context.response.destroyed) return true;
        if (batch.items.some(({ entry }) => entry === undefined)) return false;
        await this.#replay(batch, { reason: 'stale-if-error', instead });
        return true;
      },
    });
  }

  #storeAll(batch: Batch, bytes: Uint8Array): Outcome {
    const { items, read } = batch;
    const answer = api.readAnswer(bytes, read.inputs.length);
    if (answer === undefined) {
      this.#parts.observer.unstored('malformed');
      return { reason: 'malformed' };
    }
    const vectors = items.map(({ at }) => answer.vectors[at[0] ?? 0] as Uint8Array);
    this.#store(batch, items, { ...answer, vectors });
    return items.length === 1 ? { entry: items[0]?.question.identity.id } : { stored: true };
  }

  /** `vectors` are those of the items, in their order. */
  #store(batch: Batch, items: readonly Item[], { model, vectors, usage }: api.EmbeddingsAnswer): void {
    const { context, directives, read } = batch;
    const share = tokenShares(items, usage?.total_tokens);
    for (const [i, item] of items.entries()) {
      const { question } = item;
      const entry: Entry = {
        ...keysOf(question.identity),
        ...lifetime(context.settings, directives, this.#parts.clock()),
        dialect: context.dialect.name,
        model: read.model,
        text: undefined,
        vector: undefined,
        answer: api.stored(model, vectors[i] as Uint8Array),
        tags: directives.tags,
        sources: directives.sources,
        tokens: share(item),
      };
      item.entry = entry;
      if (directives.noStore) continue;
      if (entry.answer.length > context.settings.maxEntryBytes) {
        this.#parts.observer.unstored('too-large-answer');
        continue;
      }
      void this.#parts.cache.remember(question, entry);
      this.#parts.observer.stored(entry);
    }
  }

  /** Something is known, or asked for twice; and what comes together is not too large to be put together here. */
  #isWorthSplitting({ items, read, parsed }: Batch, unknown: readonly Item[]): boolean {
    if (unknown.length === read.inputs.length) return false;
    const known = items.find(({ entry }) => entry !== undefined)?.entry;
    const vector = known === undefined ? largest : api.writtenBytes(known.answer, read.format);
    if (vector * read.inputs.length > mostAnswerBytes) return false;
    // A number that a double does not hold would be another one in the request that we write.
    const { input: _, ...rest } = parsed;
    return !hasExactNumbers(rest);
  }
}

/** Inputs that others ask for, and what becomes of each. */
type Shared = ReadonlyMap<Item, Promise<Entry | undefined>>;

/** Waits for what others ask for; answers those that they did not get. */
async function settled(shared: Shared): Promise<Item[]> {
  const missing: Item[] = [];
  for (const [item, answer] of shared) {
    const entry = await answer;
    if (entry === undefined) missing.push(item);
    else item.entry = entry;
  }
  return missing;
}

/** What may be shared is the same input of the same owner, kept under the same wishes. */
const keyOf = ({ directives: { ttlSeconds, tags, sources } }: Batch, { question }: Item): string =>
  JSON.stringify([question.identity.exactKey, ttlSeconds, tags, sources]);

/** The same for a whole request, as its answer stands on the wire. */
function flightKeyOf({ context, directives, items, read }: Batch): string {
  const { 'accept-encoding': encodings, accept } = context.request.headers;
  const { ttlSeconds, tags, sources } = directives;
  const wishes = [read.format, encodings, accept, ttlSeconds, tags, sources];
  return JSON.stringify([items.map(({ question, at }) => [question.identity.exactKey, at]), wishes]);
}

const hasExactNumbers = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([key, inner]) => key === '' || hasExactNumbers(inner));

/** What describes the bytes of a body that we write anew. */
function withoutBody(headers: string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!/^content-(type|length|encoding)$/i.test(name)) kept.push(name, headers[i + 1] as string);
  }
  return kept;
}

const withoutEncoding: ReadonlySet<string> = new Set(['cache-control', 'accept-encoding', 'content-length']);
const nothingUsed = { prompt_tokens: 0, total_tokens: 0 };

/** Token lists are many numbers, and cheap: they are parsed, and hashed as they stand. */
const mostValues = 200_000;
const lookupsAtOnce = 100;
/** Of one batch. A larger answer is passed on and not kept: reading it would hold up everybody else. */
const mostAnswerBytes = 8 << 20;
/** Bytes of the largest vector that is in use, written as numbers. */
const largest = 4096 * 22;
