import { apiVersion, kind, labels } from '../../crds/names.ts';
import { Queue } from '../controller/queue.ts';
import { Retries } from '../controller/retries.ts';
import { work } from '../controller/workers.ts';
import { Bucket } from '../kube/bucket.ts';
import type { Client, Writer } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { Kind } from '../kube/kind.ts';
import { type KubeObject, keyOf, type Manifest, splitKey } from '../kube/object.ts';
import { Reflector, type ReflectorObserver } from '../kube/reflector.ts';
import type { Log } from '../log.ts';
import type { KnownCache, World } from '../reconcile/world.ts';
import { parametersName, parametersOf } from './parameters.ts';

export interface PolicyParts {
  /** Image of the sidecar, where a cache names none. */
  readonly sidecarImage: string;
  /** All of them where none is named. */
  readonly namespaces: readonly string[];
  readonly client: Client;
  readonly world: World;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly watches: ReflectorObserver;
}

export interface Policy {
  /** What one replica does for all, until the signal is given: the parameters of each namespace that has caches. */
  lead(writer: Writer, signal: AbortSignal): Promise<void>;
  /** Begins its watch anew. */
  restart(): void;
  close(): Promise<void>;
}

type Parameters = KubeObject & { readonly data?: Readonly<Record<string, string>> };

const configMaps: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

/** Follows the parameters that are there; returns at once. */
export function startPolicy({ client, world, clock, random, log, watches, ...parts }: PolicyParts): Policy {
  const stopping = new AbortController();
  let queue: Queue | undefined;
  const places = parts.namespaces.length === 0 ? [undefined] : parts.namespaces;
  const written = places.map(
    (namespace) =>
      new Reflector<Parameters>({
        ...{ client, kind: configMaps, namespace, labelSelector: labels.parameters, clock, random },
        keep: (object) => object as Parameters,
        onChange: ({ object }) => queue?.add(object.metadata.namespace ?? ''),
        observer: watches,
      }),
  );
  const running = Promise.all(written.map((each) => each.run(stopping.signal)));

  async function reconcile(namespace: string, writer: Writer): Promise<{ againMs: undefined }> {
    const caches = world.cachesIn(namespace).filter(({ metadata }) => !metadata.deletionTimestamp);
    // Without an owner left the garbage collector takes it.
    if (caches.length === 0) return { againMs: undefined };
    const wanted = manifestOf(namespace, caches, parts.sidecarImage);
    const key = keyOf(wanted);
    const there = written.map((each) => each.get(key)).find((each) => each !== undefined);
    if (there === undefined || !isSo(there, wanted)) {
      const answer = await writer.apply<Parameters>(configMaps, wanted);
      for (const each of written) each.learn(answer);
    }
    return { againMs: undefined };
  }

  return {
    async lead(writer, signal) {
      await Promise.all(written.map(({ synced }) => synced));
      const mine = new Queue({
        ...{ clock, retries: new Retries(random), bucket: new Bucket(clock, 20, 100) },
        observer: { added() {}, taken() {}, retried() {} },
      });
      const close = () => mine.close();
      signal.addEventListener('abort', close, { once: true });
      if (signal.aborted) close();
      const forget = world.onChange((cache) => mine.add(splitKey(cache).namespace));
      queue = mine;
      for (const cache of world.keys()) mine.add(splitKey(cache).namespace);
      try {
        await work({
          queue: mine,
          count: 1,
          clock,
          reconcile: (namespace) => reconcile(namespace, writer),
          observer: {
            began() {},
            ended: (namespace, result, _milliseconds, error) => {
              if (result === 'error')
                log.warn({ namespace, err: error }, 'parameters of the policy; they are tried again');
            },
          },
        });
      } finally {
        forget();
        queue = undefined;
      }
    },
    restart() {
      for (const each of written) each.restart();
    },
    async close() {
      stopping.abort();
      await running;
    },
  };
}

/** Belongs to every cache of the namespace, and so goes with the last of them. */
function manifestOf(namespace: string, caches: readonly KnownCache[], image: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: parametersName,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'fourfold', [labels.parameters]: 'true' },
      ownerReferences: caches
        .map(({ metadata: { name, uid = '' } }) => ({ apiVersion, kind, name, uid }))
        .toSorted((a, b) => (a.uid < b.uid ? -1 : 1)),
    },
    data: parametersOf(caches, image),
  };
}

function isSo({ metadata, data = {} }: Parameters, wanted: Manifest): boolean {
  const owners = (metadata.ownerReferences ?? []).map(({ uid }) => uid).toSorted();
  const wantedOwners = wanted.metadata.ownerReferences?.map(({ uid }) => uid);
  return sorted(data) === sorted(wanted.data as object) && owners.join() === wantedOwners?.join();
}

const sorted = (data: object): string =>
  JSON.stringify(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)));
