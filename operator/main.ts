import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { type Health, operatorApp } from './app.ts';
import { Queue } from './controller/queue.ts';
import { Retries } from './controller/retries.ts';
import { work } from './controller/workers.ts';
import { Bucket } from './kube/bucket.ts';
import { Client } from './kube/client.ts';
import { systemClock as clock } from './kube/clock.ts';
import { Credentials, loadKubeConfig, ownNamespace } from './kube/credentials.ts';
import { Election, type Term } from './kube/election.ts';
import { Events } from './kube/events.ts';
import { Fenced } from './kube/fence.ts';
import type { ReflectorObserver } from './kube/reflector.ts';
import { Transport } from './kube/transport.ts';
import { createLog, type Log } from './log.ts';
import { Metrics } from './metrics.ts';
import type { Locate } from './observe/redis-state.ts';
import { type Policy, startPolicy } from './policy/start.ts';
import { Reconciler } from './reconcile/reconciler.ts';
import { World } from './reconcile/world.ts';
import { type OperatorSettings, readSettings } from './settings.ts';
import type { Times } from './webhook/certificates/rotation.ts';
import { startWebhook, type Webhook, type WebhookSettings } from './webhook/start.ts';

export interface Operator {
  /** Base URL of the port for probes and metrics. */
  readonly url: string;
  /** Where admissions are served; undefined while they are not. */
  webhookPort(): number | undefined;
  /** Stops writing, lets what is under way end, gives the lease back. */
  close(): Promise<void>;
}

/** What only tests hand in. */
export interface OperatorOptions {
  readonly kubeconfig?: string;
  readonly log?: Log;
  readonly locate?: Locate;
  readonly silenceMs?: number;
  readonly webhook?: { readonly times: Times; readonly names: readonly string[] };
  readonly lingerMs?: number;
  readonly rolloutPauseMs?: number;
}

/** Until every node has heard that a pod leaves, and no longer than a process may take to end. */
const usualLingerMs = 5_000;

const random = Math.random;

/**
 * `fourfold operator`: reads the settings, puts the parts together, follows the cluster, and acts while it leads.
 * @throws SettingsError, Error
 */
export async function operate(env: NodeJS.ProcessEnv, options: OperatorOptions = {}): Promise<Operator> {
  const settings = readSettings(env);
  const log = options.log ?? createLog(settings.logLevel);
  const config = loadKubeConfig(options.kubeconfig);
  const namespace = settings.namespace || ownNamespace(config) || 'default';
  const identity = `${hostname()}_${randomBytes(4).toString('hex')}`;
  const stopping = new AbortController();
  let current: Leading | undefined;
  let synced = false;

  const metrics = new Metrics(() => ({
    leads: current?.term.mayWrite() ?? false,
    depth: current?.queue.depth ?? 0,
    activeWorkers: current?.active ?? 0,
    workers: settings.workers,
    caches: world.keys().length,
    quietSeconds: (clock.monotonic() - (world.quietest()?.heardAt ?? clock.monotonic())) / 1000,
  }));
  const transport = new Transport(new Credentials(config, clock), clock, metrics);
  const client = new Client(transport);
  const watches: ReflectorObserver = {
    listed: (kind) => metrics.listed(kind),
    failed: (kind, error) => {
      metrics.watchFailed(kind);
      log.warn({ kind, err: error }, 'watch failed; it is begun again');
    },
    handlerFailed: (kind, error) => log.error({ kind, err: error }, 'a change could not be handled'),
  };
  const namespaces = settings.watchNamespaces;
  const world = new World({ client, clock, random, namespaces, observer: watches });
  world.onChange((key) => current?.queue.add(key));
  transport.onReturn(() => {
    log.info('the API server answers again');
    world.restart();
    injector?.restart();
    current?.queue.wake();
  });
  const events = new Events({
    clock,
    instance: identity,
    onLost: (error) => log.debug({ err: error }, 'event lost'),
  });

  const webhook =
    settings.injector !== 'webhook'
      ? undefined
      : startWebhook({
          settings: webhookSettings(settings),
          ...{ namespace, client, world, events, clock, random, log, watches, metrics },
          ...options.webhook,
          lingerMs: options.lingerMs ?? usualLingerMs,
        });
  const policy =
    settings.injector !== 'policy'
      ? undefined
      : startPolicy({
          sidecarImage: settings.sidecarImage,
          ...{ namespaces, client, world, clock, random, log, watches },
        });
  const injector = webhook ?? policy;

  const app = operatorApp({
    metrics,
    live: () => liveness(world, transport, options.silenceMs ?? settings.silenceMs),
    ready: () => ({
      ok: synced && (webhook === undefined || webhook.port !== undefined) && !stopping.signal.aborted,
      detail: {
        synced,
        ...(webhook === undefined ? {} : { webhook: webhook.port !== undefined }),
        leads: current?.term.mayWrite() ?? false,
        caches: world.keys().length,
      },
    }),
  });
  await app.listen({ host: settings.host, port: settings.port });
  const { port } = app.server.address() as AddressInfo;

  const following = world.run(stopping.signal);
  const election = new Election({
    client,
    place: { namespace, name: settings.leaseName },
    identity,
    clock,
    random,
    times: {
      leaseMs: settings.leaseMs,
      renewDeadlineMs: Math.round((settings.leaseMs * 2) / 3),
      retryMs: Math.round((settings.leaseMs * 2) / 15),
    },
    onTrouble: (error) => log.warn({ err: error }, 'the lease could not be read or written'),
  });
  const leading = world.synced().then(async () => {
    synced = true;
    log.info({ caches: world.keys().length }, 'synced');
    await election.run(stopping.signal, (term) =>
      new Leading(term, {
        world,
        client,
        events,
        metrics,
        log,
        settings,
        namespace,
        locate: options.locate,
        rolloutPauseMs: options.rolloutPauseMs,
        injector,
      }).run((mine) => {
        current = mine;
      }),
    );
  });
  log.info({ identity, namespace, port, watchNamespaces: settings.watchNamespaces }, 'started');

  let closing: Promise<void> | undefined;
  const close = async () => {
    log.info('stopping');
    stopping.abort();
    // Before the first list has come there is nothing to give back.
    if (synced) await leading;
    await following;
    // To the end: pods are made while the operator is replaced.
    await injector?.close();
    await app.close();
    await transport.close();
    log.info('stopped');
  };
  return {
    url: `http://127.0.0.1:${port}`,
    webhookPort: () => webhook?.port,
    close: () => (closing ??= close()),
  };
}

interface LeadingParts {
  readonly world: World;
  readonly client: Client;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: OperatorSettings;
  readonly namespace: string;
  readonly locate: Locate | undefined;
  readonly rolloutPauseMs: number | undefined;
  readonly injector: Webhook | Policy | undefined;
}

/** Everything that lives as long as one term: nothing that one leader has remembered is believed by the next. */
class Leading {
  readonly term: Term;
  readonly queue: Queue;
  readonly #parts: LeadingParts;
  active = 0;

  constructor(term: Term, parts: LeadingParts) {
    this.term = term;
    this.#parts = parts;
    this.queue = new Queue({
      clock,
      retries: new Retries(random),
      bucket: new Bucket(clock, 20, 100),
      observer: parts.metrics,
    });
  }

  async run(become: (current: Leading | undefined) => void): Promise<void> {
    const { world, client, metrics, log, settings, injector } = this.#parts;
    const { queue, term } = this;
    log.info('leading');
    const writer = client.writer(term, term.signal);
    const ended = new AbortController();
    const leadingInjector = injector?.lead(writer, AbortSignal.any([term.stopping, ended.signal]));
    const reconciler = new Reconciler({
      ...this.#parts,
      writer,
      clock,
      random,
      images: { redis: settings.redisImage, sidecar: settings.sidecarImage },
      operatorNamespace: this.#parts.namespace,
      again: (key) => queue.add(key),
      onRedisFailed: (message) => log.warn({ message }, 'a command to Redis failed'),
      onRepaired: (kind) => metrics.repaired(kind),
    });
    become(this);
    const addAll = () => {
      for (const key of world.keys()) queue.add(key);
    };
    addAll();
    const resync = setInterval(addAll, settings.resyncMs);
    const stop = () => queue.close();
    term.stopping.addEventListener('abort', stop, { once: true });
    if (term.stopping.aborted) stop();
    try {
      await work({
        queue,
        count: settings.workers,
        clock,
        reconcile: (key) => reconciler.reconcile(key),
        observer: {
          began: () => {
            this.active++;
          },
          ended: (key, result, milliseconds, error) => {
            this.active--;
            metrics.reconciled(result, milliseconds);
            if (error === undefined) log.debug({ key, result, milliseconds }, 'reconciled');
            else if (!(error instanceof Fenced))
              log.warn({ key, err: error }, 'reconcile failed; it is tried again');
          },
        },
      });
    } finally {
      clearInterval(resync);
      reconciler.close();
      ended.abort();
      await leadingInjector;
      become(undefined);
      log.info('no longer leading');
    }
  }
}

function webhookSettings(settings: OperatorSettings): WebhookSettings {
  return {
    host: settings.host,
    port: settings.webhookPort,
    service: settings.webhookService,
    configuration: settings.webhookConfiguration,
    secret: settings.webhookSecret,
    certificateFolder: settings.webhookCertificates,
    sidecarImage: settings.sidecarImage,
  };
}

/**
 * A watch that has been silent while the server answers others will not come back by itself. While the server answers
 * nobody, a restart would help nobody either.
 */
function liveness(world: World, transport: Transport, silenceMs: number): Health {
  const quietest = world.quietest();
  const silentMs = quietest === undefined ? 0 : transport.answeredAt - quietest.heardAt;
  const ok = silentMs < silenceMs;
  return { ok, detail: ok ? {} : { silent: quietest?.kind, seconds: Math.round(silentMs / 1000) } };
}
