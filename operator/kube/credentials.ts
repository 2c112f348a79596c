import { createHash } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from './clock.ts';

/** Where the API server is and how we prove who we are: what a request needs beside its path. */
export interface Access {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

/** The kubeconfig of `KUBECONFIG` or of the home directory, or the service account of the pod. @throws Error */
export function loadKubeConfig(file?: string): KubeConfig {
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (error) {
    const [said] = (error as Error).message.split('\n', 1);
    throw new Error(`kubeconfig: ${said}`);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('kubeconfig: there is no current cluster');
  if (cluster.server === guessed && config.getCurrentContext() === 'loaded-context')
    throw new Error(
      'kubeconfig: expected KUBECONFIG, ~/.kube/config or the service account of a pod, found none',
    );
  return config;
}

/** Where the client library looks when nothing says where; it then refuses to speak to that. */
const guessed = 'http://localhost:8080';

/** The namespace of the context, which in a pod is the pod's own. */
export function ownNamespace(config: KubeConfig): string | undefined {
  return config.getContextObject(config.getCurrentContext())?.namespace;
}

/**
 * Service account tokens and exec plug-ins give short-lived credentials: they are asked for again after a minute, and at
 * once when the server refuses them. Connections are kept for as long as the certificates stay the same.
 */
export class Credentials {
  readonly #config: KubeConfig;
  readonly #clock: Clock;
  #current: Promise<Access> | undefined;
  #fetchedAt = 0;
  #agent: { digest: string; dispatcher: Dispatcher } | undefined;

  constructor(config: KubeConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  access(): Promise<Access> {
    const now = this.#clock.monotonic();
    if (this.#current === undefined || now - this.#fetchedAt > lifetimeMs) {
      this.#fetchedAt = now;
      const asked = this.#ask();
      // A failure is not kept: the next request asks again.
      asked.catch(() => {
        if (this.#current === asked) this.#current = undefined;
      });
      this.#current = asked;
    }
    return this.#current;
  }

  refused(): void {
    this.#current = undefined;
  }

  async close(): Promise<void> {
    await this.#agent?.dispatcher.destroy();
  }

  async #ask(): Promise<Access> {
    const headers: Record<string, string> = {};
    let proxied: Dispatcher | undefined;
    const tls: TlsOptions = {};
    await this.#config.applyToHTTPSOptions(tls as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    for (const [name, value] of Object.entries(tls.headers ?? {}))
      headers[name.toLowerCase()] = String(value);
    if (tls.auth !== undefined) headers.authorization = `Basic ${Buffer.from(tls.auth).toString('base64')}`;
    const cluster = this.#config.getCurrentCluster();
    const { ca, cert, key, rejectUnauthorized, servername } = tls;
    const connect = defined({ ca, cert, key, rejectUnauthorized, servername });
    const digest = createHash('sha256')
      .update(JSON.stringify([connect, cluster?.proxyUrl]))
      .digest('hex');
    if (this.#agent?.digest !== digest) {
      if (cluster?.proxyUrl) proxied = await this.#proxied();
      // Requests under way keep the old connections; those end when they are idle.
      this.#agent?.dispatcher.close().catch(() => {});
      this.#agent = { digest, dispatcher: proxied ?? direct(connect) };
    }
    return { server: cluster?.server.replace(/\/+$/, '') ?? '', headers, dispatcher: this.#agent.dispatcher };
  }

  /** The library knows HTTP and SOCKS proxies. */
  async #proxied(): Promise<Dispatcher | undefined> {
    let dispatcher: Dispatcher | undefined;
    const context = { setHeaderParam() {}, setDispatcher: (given: Dispatcher) => (dispatcher = given) };
    await this.#config.applySecurityAuthentication(
      context as unknown as Parameters<KubeConfig['applySecurityAuthentication']>[0],
    );
    return dispatcher;
  }
}

const lifetimeMs = 60_000;

interface TlsOptions {
  headers?: Record<string, unknown>;
  auth?: string;
  ca?: Buffer;
  cert?: Buffer | string;
  key?: Buffer | string;
  rejectUnauthorized?: boolean;
  servername?: string;
}

/** HTTP/1.1, so that a connection that hangs takes one request with it and not all. */
function direct(connect: object): Agent {
  return new Agent({
    allowH2: false,
    connect: { ...connect, timeout: 5_000, keepAlive: true, keepAliveInitialDelay: 30_000 },
  });
}

const defined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
