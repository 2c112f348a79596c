import { fieldManager } from '../../crds/names.ts';
import type { Fence } from './fence.ts';
import { type Kind, pathOf } from './kind.ts';
import type { KubeObject, Manifest } from './object.ts';
import type { Call, Transport } from './transport.ts';

export interface Place {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number;
  readonly continue?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface List<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}

/** Reading is free for everybody; writing is done through `Writer`. Every call may fail with an `ApiError`. */
export class Client {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get<T extends KubeObject>(kind: Kind, place: Place, signal?: AbortSignal): Promise<T> {
    return this.#transport.json({ method: 'GET', path: pathOf(kind, place), signal });
  }

  /** One page; of all namespaces where none is given. */
  list<T extends KubeObject>(kind: Kind, { namespace, signal, ...query }: ListOptions): Promise<List<T>> {
    return this.#transport.json({
      method: 'GET',
      path: pathOf(kind, { namespace }),
      query: { ...query },
      signal,
      deadlineMs: 30_000,
    });
  }

  /** Whether the API server is of this version of Kubernetes or a later one. */
  async isAtLeast(major: number, minor: number): Promise<boolean> {
    const version = await this.#transport.json<{ major: string; minor: string }>({
      method: 'GET',
      path: '/version',
    });
    // Some clouds write `29+`.
    const [ofMajor, ofMinor] = [version.major, version.minor].map((text) => Number.parseInt(text, 10));
    return Number(ofMajor) > major || (Number(ofMajor) === major && Number(ofMinor) >= minor);
  }

  watch(
    kind: Kind,
    options: {
      namespace?: string | undefined;
      labelSelector?: string | undefined;
      resourceVersion: string;
      timeoutSeconds: number;
    },
    signal: AbortSignal,
  ): Promise<AsyncIterable<Buffer>> {
    const { namespace, ...query } = options;
    return this.#transport.stream({
      method: 'GET',
      path: pathOf(kind, { namespace }),
      query: { ...query, watch: true, allowWatchBookmarks: true },
      signal,
    });
  }

  /** Whoever writes says by what right, and for how long. */
  writer(fence: Fence, signal: AbortSignal): Writer {
    return new Writer(this.#transport, fence, signal);
  }
}

/** Nothing but SemanticCaches, their objects, events and leases is ever written; each method is one request. */
export class Writer {
  readonly #transport: Transport;
  readonly #fence: Fence;
  readonly #signal: AbortSignal;

  constructor(transport: Transport, fence: Fence, signal: AbortSignal) {
    this.#transport = transport;
    this.#fence = fence;
    this.#signal = signal;
  }

  /** @throws ApiError `exists` where there is one of that name. */
  create<T extends KubeObject>(kind: Kind, manifest: Manifest): Promise<T> {
    const { namespace } = manifest.metadata;
    return this.#write({
      method: 'POST',
      path: pathOf(kind, { namespace }),
      query: { fieldManager },
      body: manifest,
    });
  }

  /**
   * Server-side apply: what the manifest says is so afterwards, and nothing else is touched. With a resource version in
   * the metadata the call fails with `conflict` where somebody else was faster.
   */
  apply<T extends KubeObject>(kind: Kind, manifest: Manifest, subresource?: 'status'): Promise<T> {
    const { namespace, name } = manifest.metadata;
    return this.#write({
      method: 'PATCH',
      path: pathOf(kind, { namespace, name, ...(subresource === undefined ? {} : { subresource }) }),
      query: { fieldManager, force: true },
      body: manifest,
      contentType: 'application/apply-patch+yaml',
    });
  }

  /** A whole object with the resource version that it was read at. @throws ApiError `conflict` */
  replace<T extends KubeObject>(kind: Kind, manifest: Manifest): Promise<T> {
    const { namespace, name } = manifest.metadata;
    return this.#write({
      method: 'PUT',
      path: pathOf(kind, { namespace, name }),
      query: { fieldManager },
      body: manifest,
    });
  }

  /** JSON merge patch, for single fields of objects that are not ours. */
  merge<T extends KubeObject>(kind: Kind, { namespace, name }: Place, patch: object): Promise<T> {
    return this.#write({
      method: 'PATCH',
      path: pathOf(kind, { namespace, name }),
      query: { fieldManager },
      body: patch,
      contentType: 'application/merge-patch+json',
    });
  }

  /** Deletes exactly the object that was looked at. @throws ApiError `conflict` where it is another one by now. */
  delete(kind: Kind, { metadata }: KubeObject): Promise<unknown> {
    const { namespace, name, uid, resourceVersion } = metadata;
    return this.#write({
      method: 'DELETE',
      path: pathOf(kind, { namespace, name }),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        preconditions: { uid, resourceVersion },
      },
    });
  }

  /** Asks a pod to leave, as a drain would: refused with `retry` while its disruption budget does not allow it. */
  evict({ metadata }: KubeObject): Promise<unknown> {
    const { namespace, name, uid } = metadata;
    return this.#write({
      method: 'POST',
      path: pathOf(
        { apiVersion: 'v1', kind: 'Pod', plural: 'pods' },
        { namespace, name, subresource: 'eviction' },
      ),
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { namespace, name },
        deleteOptions: { preconditions: { uid } },
      },
    });
  }

  #write<T>(call: Omit<Call, 'fence' | 'signal'>): Promise<T> {
    return this.#transport.json({ ...call, fence: this.#fence, signal: this.#signal });
  }
}
