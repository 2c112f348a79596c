import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { unusable } from '../crds/settings.ts';
import { adminApp } from './admin/app.ts';
import { Refused } from './admin/refused.ts';
import { Answering } from './agents/answering.ts';
import { wellFormed } from './agents/bodies.ts';
import { Executions } from './agents/executions.ts';
import { Results } from './agents/results.ts';
import { ResultTally } from './agents/tally.ts';
import { proxyApp } from './app.ts';
import { beginningSettings, ConfigurationError } from './config/load.ts';
import { watchSettings } from './config/watch.ts';
import { auditedOf, decisionOf } from './decisions/decision.ts';
import { openDecisionLog } from './decisions/index.ts';
import { Drain } from './drain.ts';
import { createEmbedder, shared } from './embedders/index.ts';
import { feedOf } from './lookup/feed.ts';
import { type Headers, ownerOf, userPartition } from './lookup/identity.ts';
import { phases } from './lookup/index.ts';
import { Shelf } from './lookup/shelf.ts';
import { chooseModel, ModelFolderError } from './models/index.ts';
import { Policy } from './policy/policy.ts';
import { Cache } from './proxy/cache.ts';
import { readDirectives } from './proxy/directives.ts';
import { Exchange } from './proxy/exchange.ts';
import { Tunnels } from './proxy/tunnel.ts';
import { Upstreams } from './proxy/upstream.ts';
import { Audits } from './quality/audits.ts';
import { Blocked } from './quality/blocked.ts';
import { Feedback } from './quality/feedback.ts';
import { Gate } from './quality/gate.ts';
import { learning, Teacher } from './quality/teacher.ts';
import { RateLimit } from './rate-limit.ts';
import { openStore } from './stores/index.ts';
import { Removals, steady } from './stores/removals.ts';
import type { StoreStats } from './stores/store.ts';
import { unavailability } from './stores/unavailable.ts';
import { createLog, type Log } from './telemetry/log.ts';
import { Metrics } from './telemetry/metrics.ts';
import { Recorder } from './telemetry/recorder.ts';
import { statsReport } from './telemetry/report.ts';
import { count, Statistics } from './telemetry/statistics.ts';
import { GivenAnswers } from './transfer/given-answer.ts';
import { Importer } from './transfer/importer.ts';
import { openVerifier } from './verifier/index.ts';

export interface Sidecar {
  /** Base URL of the port for the application. */
  readonly url: string;
  readonly adminUrl: string;
  /** Takes no new connections, ends what runs (up to `drain`), writes what is to be kept. */
  close(): Promise<void>;
}

/**
 * `fourfold serve`: reads the settings, puts the parts together, listens.
 * @throws ConfigurationError
 */
export async function serve(env: NodeJS.ProcessEnv): Promise<Sidecar> {
  const beginning = await beginningSettings(env);
  let settings = beginning.settings;
  const current = () => settings;
  const clock = Date.now;
  const { log, flush } = createLog(settings.logLevel);
  const statistics = new Statistics(clock());

  const {
    files,
    name: model,
    shape,
  } = await usable(chooseModel(settings, env, (message) => log.info(message)));
  const embedder = createEmbedder({
    model,
    files,
    shape,
    idle: !settings.phases.semantic.enabled,
    deadlineMs: settings.phases.semantic.deadlineMs,
    log,
    observe: (sample) => recorder.embedded(sample),
  });
  const verifier = await usable(
    openVerifier(current, env, log, (outcome) => count(statistics.verifications, outcome)),
  );
  const removals = new Removals();
  const blocked = new Blocked();
  const gate = new Gate({ settings: current, clock });
  const shelf = new Shelf(settings.phases.fingerprint.maxEntries);
  const store = await openStore(settings.store, {
    maxEntries: settings.maxEntries,
    dimension: embedder.dimension,
    model,
    redis: settings.redis,
    feed: feedOf(shelf, { removals, blocked, learned: learning(gate), steady }),
    log,
  });

  const tally = new ResultTally();
  const metrics = new Metrics(statistics, () => ({
    ...store.stats(),
    results: tally.counts,
    storeBytes: store.stats().bytes,
    shelved: shelf.size,
    embedderReady: embedder.state().ready,
    learned: () => gate.report(),
    embeddingQueue: embedder.state().queued,
  }));
  const recorder = new Recorder(statistics, metrics, log);
  const decisions = openDecisionLog(settings.decisionLog, statistics.decisions, log);
  const cache = new Cache({
    phases: phases({ shelf, store, blocked, verifier }, current),
    store,
    shelf,
    removals,
    clock,
    steady,
    embedder: shared(embedder),
    observer: recorder,
    settings: current,
    keepers: { gate, refused: (id) => policy.refuses(id) },
  });
  const teacher = new Teacher({
    gate,
    store,
    embedder: cache.embedder,
    verify: (question, entry) => cache.verify(question, entry),
    clock,
    failed: (error) => {
      if (unavailability(error) === undefined) log.warn({ err: error }, 'what was learned was not kept');
    },
  });
  const upstreams = new Upstreams(settings.timeouts);
  const policy = new Policy({
    settings: current,
    remove: (id) => cache.remove({ id }, { dryRun: false }),
    notRemoved: (error) => log.warn({ err: error }, 'what the policy endpoint refused is not removed yet'),
    random: Math.random,
    observe: recorder.judged,
  });
  const audits = new Audits({
    settings: current,
    embedder: cache.embedder,
    random: Math.random,
    observe: recorder.audited,
    learn: (question, hit, right, counts) => {
      teacher.compared(question, hit, right);
      if (counts) decisions?.add(auditedOf(question, hit, right, settings));
    },
  });
  const exchange = new Exchange({
    settings: current,
    cache,
    upstreams,
    observer: recorder,
    clock,
    steady,
    policy,
    audits,
    leases: store.leases,
  });

  const feedback = new Feedback({
    store,
    blocked,
    clock,
    remove: (id) => cache.remove({ id }, { dryRun: false }),
    learn: (entry, prompt, right) => teacher.reported(entry, prompt, right),
    told: (verdict) => count(statistics.feedback, verdict),
  });
  const cacheApi = {
    store,
    clock,
    feedback,
    remove: (...removal: Parameters<Cache['remove']>) => cache.remove(...removal),
  };
  const results = new Results({
    cache,
    embedder: cache.embedder,
    settings: current,
    clock,
    steady,
    failed: (kind, error) => {
      tally.counts[kind].errors++;
      // Told by the store itself, once.
      if (unavailability(error) !== undefined) return;
      log.warn({ kind, err: error }, 'a lookup of a result failed; the caller went on without it');
    },
  });
  const executions = new Executions(() => performance.now(), store.leases);
  const answering = new Answering({ results, executions, tally, clock, steady });
  const headersOwner = (headers: Headers) =>
    ownerOf(settings.partitionBy, { headers, tenant: readDirectives(headers).tenant });
  let draining = false;
  const tunnels = new Tunnels(current);
  const proxy = proxyApp({
    exchange,
    tunnels,
    rateLimit: new RateLimit(() => settings.limits.requestsPerMinute),
    over: (request, response, report, milliseconds) => {
      recorder.over(request, response, report, milliseconds);
      decisions?.add(decisionOf(report, settings, milliseconds));
    },
    failed: (error) => log.error({ err: error }, 'request failed'),
    ...cacheApi,
    partitionOf: ({ headers }) => {
      if (settings.partitionBy.includes('user')) throw new Refused(409, byUser);
      return headersOwner(headers);
    },
    answers: {
      answers: new GivenAnswers({ settings: current, cache, policy, clock, steady }),
      maxRequestBytes: () => settings.maxRequestBytes,
    },
    agents: {
      answering,
      results,
      executions,
      settings: current,
      steady,
      partitionOf: ({ headers }, user) => {
        // Hashed as UTF-8, every lone surrogate would be the same user.
        wellFormed('user', user);
        const owner = headersOwner(headers);
        return settings.partitionBy.includes('user') ? userPartition(owner, user) : owner;
      },
    },
  });
  const drain = new Drain(proxy, () => tunnels.cut());
  const { adminTokenFile } = settings;
  const stats = () =>
    statsReport(statistics, {
      store: store.stats(),
      storeKind: store.kind,
      shelf,
      embedder: embedder.state(),
      clock: clock(),
      results: tally.counts,
      learned: gate.report(),
    });
  const admin = adminApp({
    metrics,
    stats,
    readiness: () => ({
      ready: !draining,
      detail: {
        draining,
        embedder: embedder.state(),
        ...(verifier && { verifier: verifier.state() }),
        store: store.kind,
        ...sharedReadiness(store.stats()),
      },
    }),
    cache: {
      ...cacheApi,
      blocks: { blocked, store },
      transfer: {
        store,
        importer: new Importer({
          store,
          embedder: cache.embedder,
          settings: current,
          clock,
          policy,
          replaced: (id) => shelf.remove([id]),
        }),
        embeddingModel: model,
        maxEntryBytes: () => settings.maxEntryBytes,
      },
    },
    token: adminTokenFile === undefined ? undefined : () => readToken(adminTokenFile, log),
  });

  const adminDrain = new Drain(admin, () => {});

  const url = await listen(proxy, settings.host, settings.port);
  const adminUrl = await listen(admin, settings.adminHost, settings.adminPort);
  const watcher = watchSettings({
    env,
    initial: settings,
    onChange: (next, changed, needsRestart) => {
      settings = next;
      log.level = next.logLevel;
      embedder.deadlineMs = next.phases.semantic.deadlineMs;
      if (next.phases.semantic.enabled) void embedder.started();
      store.configure({ maxEntries: next.maxEntries });
      upstreams.configure(next.timeouts);
      log.info({ changed, needsRestart }, 'configuration changed');
    },
    onRejected: (faults, hash) => {
      statistics.configurationsRejected++;
      statistics.rejectedConfiguration = { hash, fault: faults[0] };
      log.error({ faults, hash }, 'configuration rejected; the last good one stays');
    },
    onAccepted: () => {
      statistics.rejectedConfiguration = undefined;
    },
  });
  if (beginning.faults !== undefined)
    log.error({ faults: beginning.faults }, 'configuration cannot be used: requests are only forwarded');
  const summary = setInterval(() => log.info(stats(), 'summary'), summaryEvery);
  summary.unref();
  for (const base of Object.values(settings.upstreams)) {
    if (base.startsWith(unusable)) log.warn({ fault: base.slice(unusable.length) }, 'answered with 502');
  }
  log.info({ url, adminUrl, store: store.kind, model, mode: settings.mode }, 'listening');

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    draining = true;
    log.info({ drainSeconds: settings.drainSeconds }, 'draining');
    watcher.close();
    clearInterval(summary);
    executions.close();
    await drain.within(settings.drainSeconds * 1000);
    exchange.close();
    policy.close();
    audits.close();
    await decisions?.close();
    await Promise.all([
      upstreams.close(),
      embedder.close(),
      verifier?.close(),
      store.close(),
      adminDrain.within(1_000),
    ]);
    log.info(stats(), 'closed');
    flush();
  };
  return { url, adminUrl, close: () => (closing ??= close()) };
}

/** Without the shared store the sidecar answers as it would without a cache: it stays ready, and says so. */
function sharedReadiness({ shared }: StoreStats) {
  if (shared === undefined) return {};
  const { up, reason, detail, search, feed } = shared;
  return { shared: { up, reason, detail, search: search.condition, informed: feed.current } };
}

/** The user is named by the body of a request, which a removal has not. */
const byUser = '`partitionBy` has `user`: entries can be removed and shown on the admin port only';

/** A folder without a usable model is a fault of the configuration. */
async function usable<T>(model: Promise<T>): Promise<T> {
  try {
    return await model;
  } catch (error) {
    throw error instanceof ModelFolderError ? new ConfigurationError([error.message]) : error;
  }
}

/** Milliseconds between two summary lines in the log. */
const summaryEvery = 60_000;

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  await app.listen({ host, port });
  const { address, port: actual, family } = app.server.address() as AddressInfo;
  const name = ['0.0.0.0', '::'].includes(address)
    ? '127.0.0.1'
    : family === 'IPv6'
      ? `[${address}]`
      : address;
  return `http://${name}:${actual}`;
}

/** Read at each use, so that a rotated token counts at once. A file that cannot be read opens nothing. */
async function readToken(file: string, log: Log): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    log.error({ err: error }, 'the admin token cannot be read; /cache on the admin port is closed');
    return '';
  }
}
