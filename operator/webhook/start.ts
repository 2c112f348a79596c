import type { Client, Writer } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { Events } from '../kube/events.ts';
import { type KubeObject, keyOf } from '../kube/object.ts';
import { Reflector, type ReflectorObserver } from '../kube/reflector.ts';
import type { Log } from '../log.ts';
import { namespaces, semanticCaches } from '../reconcile/kinds.ts';
import type { KnownCache, World } from '../reconcile/world.ts';
import type { Admitted, Cluster, Review } from './admission.ts';
import { announceBundle } from './certificates/announce.ts';
import type { Issued } from './certificates/authority.ts';
import type { Certificates } from './certificates/certificates.ts';
import { GivenCertificate } from './certificates/given.ts';
import { Keeper } from './certificates/keeper.ts';
import { type Times, usualTimes } from './certificates/rotation.ts';
import { serveWebhook, type WebhookServer } from './server.ts';
import { tellSkipped } from './skip-event.ts';

export interface WebhookSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Service of the webhook, in the operator's namespace; the certificate is for its names. */
  readonly service: string;
  /** Name of the MutatingWebhookConfiguration, which the installation makes. */
  readonly configuration: string;
  /** Secret of the operator's own authorities. */
  readonly secret: string;
  /** Folder with `tls.crt` and `tls.key`; empty: the operator makes its own. */
  readonly certificateFolder: string;
  /** Image of the sidecar, where a cache names none. */
  readonly sidecarImage: string;
}

export interface WebhookParts {
  readonly settings: WebhookSettings;
  /** The operator's own. */
  readonly namespace: string;
  readonly client: Client;
  readonly world: World;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly watches: ReflectorObserver;
  readonly metrics: { admitted(outcome: string, reason: string, milliseconds: number): void };
  /** Only tests hand in other ones. */
  readonly times?: Times | undefined;
  readonly names?: readonly string[] | undefined;
  /** How long admissions are served after `close()`. */
  readonly lingerMs: number;
}

export interface Webhook {
  /** Undefined until there is a certificate and everything has been listed once; then it serves, leading or not. */
  readonly port: number | undefined;
  /** What one replica does for all, until the signal is given. */
  lead(writer: Writer, signal: AbortSignal): Promise<void>;
  /** Begins its watch anew. */
  restart(): void;
  close(): Promise<void>;
}

/** The API server waits for five seconds, and an application for its pod. */
const longestLookMs = 1_000;

/** Serves in every replica, as soon as it can; returns at once. */
export function startWebhook(parts: WebhookParts): Webhook {
  const { settings, client, world, clock, random, log, watches, metrics, events } = parts;
  const stopping = new AbortController();
  const certificates = certificatesOf(parts);
  const labels = new Reflector<KubeObject>({
    client,
    kind: namespaces,
    keep: ({ metadata: { name, uid, resourceVersion, labels } }) =>
      ({ metadata: { name, uid, resourceVersion, labels } }) as KubeObject,
    onChange: () => {},
    clock,
    random,
    observer: watches,
  });
  // Events are said by whichever replica was asked.
  const writer = client.writer({ mayWrite: () => !stopping.signal.aborted }, stopping.signal);
  const observer = {
    admitted(review: Review, admitted: Admitted, milliseconds: number) {
      const reason = admitted.outcome === 'skipped' ? admitted.reason : '';
      metrics.admitted(admitted.outcome, reason, milliseconds);
      if (admitted.outcome === 'skipped') tellSkipped(events, writer, review, admitted);
    },
    unasked: (error: unknown) => log.warn({ err: error }, 'SemanticCaches could not be listed for a pod'),
    failed(error: unknown) {
      metrics.admitted('failed', '', 0);
      log.error({ err: error }, 'a pod could not be looked at; it starts as it is');
    },
  };

  let server: WebhookServer | undefined;
  const begin = async (certificate: Issued): Promise<WebhookServer> => {
    await Promise.all([world.synced(), labels.synced]);
    const cluster: Cluster = {
      namespaceLabels: (name) => labels.get(keyOf({ metadata: { name } }))?.metadata.labels ?? {},
      async namespaceLabelsNow(name) {
        const signal = AbortSignal.timeout(longestLookMs);
        return (await client.get<KubeObject>(namespaces, { name }, signal)).metadata.labels ?? {};
      },
      caches: (namespace) => world.cachesIn(namespace),
      async cachesNow(namespace) {
        const signal = AbortSignal.timeout(longestLookMs);
        return (await client.list<KnownCache>(semanticCaches, { namespace, signal })).items;
      },
      release: { image: settings.sidecarImage, native: await client.isAtLeast(1, 29) },
    };
    const { host, port } = settings;
    const begun = await serveWebhook({ cluster, certificate, host, port, observer });
    log.info({ port: begun.port, native: cluster.release.native }, 'serving admissions');
    return begun;
  };
  const running = Promise.all([
    labels.run(stopping.signal),
    certificates.follow(async (certificate) => {
      if (server === undefined) server = await begin(certificate);
      else server.renew(certificate);
      log.info('new serving certificate');
    }, stopping.signal),
  ]);
  return {
    get port() {
      return server?.port;
    },
    lead: (leader, signal) => certificates.lead(leader, signal),
    restart: () => labels.restart(),
    async close() {
      await server?.close(parts.lingerMs);
      stopping.abort();
      await running;
    },
  };
}

function certificatesOf({
  settings,
  namespace,
  client,
  clock,
  log,
  times,
  names,
}: WebhookParts): Certificates {
  const onTrouble = (error: Error) =>
    log.warn({ err: error }, 'certificate of the webhook; it is tried again');
  if (settings.certificateFolder !== '')
    return new GivenCertificate(settings.certificateFolder, clock, onTrouble);
  const host = `${settings.service}.${namespace}.svc`;
  return new Keeper({
    client,
    place: { namespace, name: settings.secret },
    names: names ?? [host, `${host}.cluster.local`],
    times: times ?? usualTimes,
    clock,
    announce: (writer, bundle) => announceBundle(writer, settings.configuration, bundle),
    onTrouble,
  });
}
