import type { IncomingMessage, ServerResponse } from 'node:http';
import { holdsSecret } from '../cacheability/index.ts';
import type { Recording } from '../dialects/dialect.ts';
import { dialectAt } from '../dialects/index.ts';
import { EarlyLeases } from '../leases/early.ts';
import type { Entry } from '../lookup/entry.ts';
import type { Hit } from '../lookup/hit.ts';
import { keysOf } from '../lookup/identity.ts';
import type { Question } from '../lookup/question.ts';
import type { SecondOpinion } from '../quality/audits.ts';
import type { BypassReason, UnstoredReason } from '../reasons.ts';
import { unasked } from './admission.ts';
import { askAgain } from './ask-again.ts';
import { unreadBody } from './body.ts';
import { type Client, ClientPassenger } from './client.ts';
import type { Context, ExchangeParts } from './context.ts';
import { type Directives, isOnlyIfCached } from './directives.ts';
import { fleetFlight } from './fleet-call.ts';
import { Flight, type Outcome } from './flight.ts';
import { lifetime } from './freshness.ts';
import { cacheControl, toUpstream } from './headers.ts';
import { keeper } from './keep.ts';
import { Refreshes } from './refreshes.ts';
import { refuse } from './refuse.ts';
import { replyUnanswered } from './reply.ts';
import { type Rescue, RescuedClient } from './rescue.ts';
import { RhythmRecorder } from './rhythm.ts';
import { providerOf } from './routing.ts';
import { flightKey, SharedFlights, type TakeOff } from './shared-flights.ts';
import { type Call, type Receiver, upstreamTarget } from './upstream.ts';
import { type Verdict, verdictHeaders, withOutcome } from './verdict.ts';

/** A request that the cache has read, and its body as it came. */
export interface Asking {
  readonly question: Question;
  readonly directives: Directives;
  readonly body: Buffer;
  /** What the cache would have answered; the provider's answer is compared with it. `counts` as in `Audits.compare`. */
  readonly instead?: { readonly hit: Hit; readonly counts: boolean } | undefined;
}

/** What goes to the provider, and how its answer comes back and is kept. */
export class Forwarding {
  readonly #parts: ExchangeParts;
  readonly #flights = new SharedFlights();
  readonly #refreshes = new Refreshes();
  readonly #leases: EarlyLeases | undefined;
  /** Open event streams that come from the provider. */
  #streams = 0;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#leases = parts.leases && new EarlyLeases(parts.leases);
  }

  /**
   * Asks whether another sidecar makes this call, before it is known whether there will be one: for a store that is slow.
   * @returns to be called when the request has been forwarded, or was answered without.
   */
  expect({ request }: Context, { question, directives }: Asking): () => void {
    if (this.#leases === undefined || directives.noStore || directives.onlyIfCached) return () => {};
    const key = flightKey(request, question, directives);
    return this.#flights.has(key) ? () => {} : this.#leases.begin(key);
  }

  /** `rescue` may answer in the provider's place where that fails. */
  forward(context: Context, asking: Asking, verdict: Verdict, rescue: Rescue | undefined): void {
    const { dialect, request, response, report, settings } = context;
    const { question, directives } = asking;
    const mayShare = !directives.noStore && verdict.phase !== 'bypass';
    const key = mayShare ? flightKey(request, question, directives) : undefined;
    // Who shares a stream that is open already opens none.
    const opensStream = question.asked.form !== 'json' && !(key !== undefined && this.#flights.has(key));
    if (opensStream && settings.limits.streams > 0 && this.#streams >= settings.limits.streams) {
      void this.#refuseStream(context, rescue);
      return;
    }
    const client = new ClientPassenger(response, {
      headers: (_, outcome) => {
        report.verdict = withOutcome(report.verdict ?? verdict, outcome);
        return Object.entries(verdictHeaders(report.verdict)).flat();
      },
      unanswered: (error) => replyUnanswered(response, dialect, error, verdict),
    });
    this.#board(
      context,
      asking,
      key,
      rescue === undefined ? client : new RescuedClient(client, rescue),
      (phase) => {
        report.verdict = phase === undefined ? verdict : { ...verdict, phase };
      },
      rescue,
    );
  }

  /** As where the provider says that it is asked too much. */
  async #refuseStream({ dialect, response, report }: Context, rescue: Rescue | undefined): Promise<void> {
    if (await rescue?.answer({ status: 429 }).catch(() => false)) return;
    if (!response.destroyed) refuse(response, report, dialect, 'too-many-streams', 1);
  }

  /** Asks the provider again for what was answered by an entry past its end. */
  refresh(context: Context, asking: Asking, entry: Entry): void {
    const client = this.#refreshes.begin(entry.id);
    if (client === 'known') return;
    this.#parts.observer.refresh(client === 'busy' ? 'busy' : 'begun');
    const key = flightKey(context.request, asking.question, asking.directives);
    if (client !== 'busy') this.#board(context, asking, key, client, () => {});
  }

  /** What the provider says to a question that the cache has answered. */
  secondOpinion(context: Context, { question, directives, body }: Asking): SecondOpinion {
    const { upstreams, observer } = this.#parts;
    const { dialect, settings } = context;
    const call = callOf(context, body);
    const wanted = { dialect, call, form: question.asked.form, maxBytes: settings.maxEntryBytes };
    let fresh: Awaited<ReturnType<typeof askAgain>>;
    return {
      bytes: body.length,
      ask: async (signal) => {
        observer.called(dialect);
        fresh = await askAgain(upstreams, wanted, signal);
        return fresh?.answer;
      },
      keep: () => {
        if (fresh === undefined || directives.noStore) return;
        this.#store({ dialect, settings }, question, directives, { ...fresh, rhythm: undefined });
      },
    };
  }

  /** A request on a cached path that the cache does not look at. Only-if-cached holds for it too. */
  bypass(context: Context, reason: BypassReason, body: Call['body']): void {
    const { dialect, request, response, report } = context;
    const verdict: Verdict = { phase: 'bypass', reason };
    if (isOnlyIfCached(request.headers)) {
      unasked(context, verdict);
      return;
    }
    report.verdict = verdict;
    this.#parts.observer.called(dialect);
    this.#fly(callOf(context, body), response, {
      headers: () => Object.entries(verdictHeaders(verdict)).flat(),
      unanswered: (error) => replyUnanswered(response, dialect, error, verdict),
    });
  }

  /** Any other path: unchanged both ways. */
  passThrough(request: IncomingMessage, response: ServerResponse): void {
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

  /** Ends what runs in the background. */
  close(): void {
    this.#refreshes.stop();
  }

  /** Seats the client in a call that answers and is kept: its own, or with a key that of an identical request. */
  #board(
    context: Context,
    { question, directives, body, instead }: Asking,
    key: string | undefined,
    client: Client,
    told: (phase: 'collapsed' | undefined) => void,
    rescue?: Rescue,
  ): void {
    const { dialect, settings } = context;
    const call = callOf(context, body);
    const { upstreams, observer, audits } = this.#parts;
    const leases = this.#leases;
    const reach = {
      alone: () => told(undefined),
      collapsed: () => told('collapsed'),
    };
    const takeOff: TakeOff = (landed, key) => {
      const streams = question.asked.form === 'json' ? 0 : 1;
      this.#streams += streams;
      const ask = (receiver: Receiver) => {
        observer.called(dialect);
        return upstreams.send(call, receiver);
      };
      let stored: Promise<void> | undefined;
      const rhythm = settings.replay === 'original' ? new RhythmRecorder(performance.now()) : undefined;
      const options = {
        keeper: keeper(dialect, {
          form: question.asked.form,
          forbidden: directives.noStore ? 'no-store' : undefined,
          maxBytes: settings.maxEntryBytes,
          arrived: (bytes) => rhythm?.note(bytes, performance.now()),
          store: (recorded) => {
            if (instead !== undefined) audits.compare(question, instead.hit, recorded.answer, instead);
            const { outcome, done } = this.#store(context, question, directives, {
              ...recorded,
              rhythm: rhythm?.end(),
            });
            stored = done;
            return outcome;
          },
          unstored: observer.unstored,
        }),
        keepBytes: settings.maxEntryBytes,
        landed: () => {
          this.#streams -= streams;
          landed();
        },
      };
      if (leases === undefined || key === undefined) return new Flight(ask, options);
      return fleetFlight({
        ...options,
        ...{ leases, key, ask, rescue, told: reach },
        stored: async () => stored,
        longestWaitMs: settings.timeouts.firstByteSeconds * 1000,
      });
    };
    this.#flights.board(key, client, takeOff, reach);
  }

  #store(
    { dialect, settings }: Pick<Context, 'dialect' | 'settings'>,
    question: Question,
    directives: Directives,
    recorded: Exclude<Recording, { unstored: UnstoredReason }> & { rhythm: string | undefined },
  ): { outcome: Outcome; done?: Promise<void> } {
    const refused = this.#refused(settings, question, recorded);
    if (refused !== undefined) {
      this.#parts.observer.unstored(refused);
      return { outcome: { reason: refused } };
    }
    const entry: Entry = {
      ...keysOf(question.identity),
      ...lifetime(settings, directives, this.#parts.clock()),
      dialect: dialect.name,
      model: question.asked.model,
      text: recorded.toolCalls ? undefined : question.asked.text,
      vector: undefined,
      answer: recorded.answer,
      tags: directives.tags,
      sources: directives.sources,
      tokens: recorded.tokens,
      ...(recorded.rhythm === undefined ? {} : { rhythm: recorded.rhythm }),
    };
    const done = this.#parts.cache.remember(question, entry);
    this.#parts.observer.stored(entry);
    this.#parts.policy.submit(entry);
    return { outcome: { entry: entry.id }, done };
  }

  #refused(
    settings: Context['settings'],
    question: Question,
    { toolCalls, answer }: { toolCalls: boolean; answer: Uint8Array },
  ): UnstoredReason | undefined {
    if (toolCalls && !settings.cacheToolCalls) return 'tool-calls';
    if (holdsSecret(settings.exclude, answer)) return 'secret-answer';
    if (this.#parts.policy.refuses(question.identity.id)) return 'policy';
    return undefined;
  }

  #fly(
    call: Call,
    response: ServerResponse,
    options: ConstructorParameters<typeof ClientPassenger>[1],
  ): void {
    const client = new ClientPassenger(response, options);
    const flight = new Flight((receiver) => this.#parts.upstreams.send(call, receiver), {
      keeper: undefined,
      keepBytes: 0,
      landed: () => {},
    });
    client.sit(flight.board(client));
  }
}

/** `drop`: headers of the request that do not go to the provider. */
export function callOf(
  { dialect, settings, request }: Context,
  body: Call['body'],
  drop: ReadonlySet<string> = cacheControl,
): Call {
  return {
    target: upstreamTarget(settings.upstreams[dialect.upstream], dialect.upstream, request),
    method: 'POST',
    headers: toUpstream(request.rawHeaders, drop),
    body,
  };
}
