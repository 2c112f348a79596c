import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
// By its files: the index loads fetch, caches and WebSocket as well, which take memory in every pod and nobody here uses.
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { type Settings, unusable } from '../../crds/settings.ts';
import type { RawHeaders } from './headers.ts';

/** A call to the provider, as raw as HTTP allows: header case and order kept, bodies neither decoded nor buffered. */
export interface Call {
  readonly target: Target;
  readonly method: string;
  readonly headers: string[];
  readonly body: Uint8Array | Readable | null;
}

/** Kept in two parts and never parsed as one URL: parsing would rewrite odd escapes and dots in the path. */
export interface Target {
  readonly origin: string;
  /** With its query. */
  readonly path: string;
}

export interface Receiver {
  head(status: number, statusText: string, headers: RawHeaders): void;
  data(chunk: Buffer): void;
  end(trailers: RawHeaders): void;
  /** Before `head`: the provider could not be asked. After it: the answer broke off. */
  error(error: Error): void;
}

export interface Line {
  pause(): void;
  resume(): void;
  abort(): void;
}

/** The only file that knows undici. Redirects are the client's to follow, and nothing is retried. */
export class Upstreams {
  #agent: Agent;
  #timeouts: Settings['timeouts'];

  constructor(timeouts: Settings['timeouts']) {
    this.#timeouts = timeouts;
    this.#agent = agent(timeouts);
  }

  configure(timeouts: Settings['timeouts']): void {
    if (timeouts.connectSeconds !== this.#timeouts.connectSeconds) {
      const old = this.#agent;
      this.#agent = agent(timeouts);
      void old.close();
    }
    this.#timeouts = timeouts;
  }

  send(call: Call, receiver: Receiver): Line {
    let controller: Dispatcher.DispatchController | undefined;
    let aborted = false;
    let settled = false;
    const fail = (error: Error) => {
      if (settled) return;
      settled = true;
      receiver.error(error);
    };
    try {
      const refusal = refusalOf(call.target, call.headers);
      if (refusal !== undefined) throw new Error(refusal);
      this.#agent.dispatch(
        {
          ...call.target,
          method: call.method as Dispatcher.HttpMethod,
          headers: call.headers,
          body: call.body,
          headersTimeout: this.#timeouts.firstByteSeconds * 1000,
          bodyTimeout: this.#timeouts.idleSeconds * 1000,
        },
        {
          onRequestStart(started) {
            controller = started;
            if (aborted) started.abort(new Error('the client has left'));
          },
          onResponseStart(started, status, _, statusText) {
            if (status >= 200) receiver.head(status, statusText ?? '', strings(started.rawHeaders));
          },
          onResponseData: (_, chunk) => receiver.data(chunk),
          onResponseEnd(ended) {
            settled = true;
            receiver.end(strings(ended.rawTrailers));
          },
          onResponseError: (_, error) => fail(error),
        },
      );
    } catch (error) {
      // undici refuses what it cannot send (an invalid header, for one) by throwing.
      queueMicrotask(() => fail(error as Error));
    }
    return {
      pause: () => controller?.pause(),
      resume: () => controller?.resume(),
      abort() {
        aborted = true;
        controller?.abort(new Error('the client has left'));
      },
    };
  }

  close(): Promise<void> {
    return this.#agent.close();
  }
}

/** Of one message, either way. More than node's 16 KiB: tags, cookies and baggage add up, and others took them. */
export const mostHeaderBytes = 65_536;

function agent(timeouts: Settings['timeouts']): Agent {
  return new Agent({
    connect: { timeout: timeouts.connectSeconds * 1000 },
    pipelining: 1,
    maxHeaderSize: mostHeaderBytes,
  });
}

/** Why a request goes nowhere, whoever it is from. `headers` are raw: names and values in turn. */
export function refusalOf({ origin }: Target, headers: readonly string[]): string | undefined {
  if (origin.startsWith(unusable)) return origin.slice(unusable.length);
  const hasAzureKey = headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'api-key');
  return origin === openai && hasAzureKey ? keyOfAzure : undefined;
}

/** Where the SDK of Azure was led to us by `OPENAI_BASE_URL`, and nobody has said where Azure is. */
const openai = 'https://api.openai.com';
const keyOfAzure =
  'the request has a key of Azure (api-key) and would go to OpenAI; set AZURE_OPENAI_ENDPOINT in the env of the container, or upstreams.openai';

/** Whether the provider kept silent for too long, rather than being out of reach. */
export function isTimeout(error: Error): boolean {
  return (
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError
  );
}

/**
 * Where a request goes. A base with a path takes the place of the SDK's own base path `/v1` (OpenAI), or stands before the
 * whole path (others), which is what the SDKs mean by their base URL; a version that both of them name is said once. Azure's
 * paths begin with `/openai`: they take the place of a base's last `/openai`, `/v1` or `/openai/v1`. A bare origin keeps the
 * path as it is.
 */
export function upstreamTarget(
  base: string,
  kind: keyof Settings['upstreams'],
  request: IncomingMessage,
): Target {
  const path = kind === 'anthropic' ? versioned(requestPath(request)) : requestPath(request);
  if (base.startsWith(unusable)) return { origin: base, path };
  const { origin, prefix } = readBase(base);
  if (prefix === '') return { origin, path };
  if (kind === 'openai' && /^\/openai(?=[/?]|$)/.test(path)) {
    return { origin, path: prefix.replace(/(?:\/openai)?(?:\/v1)?$/, '') + path };
  }
  const version = kind === 'openai' ? 'v1' : prefix.slice(prefix.lastIndexOf('/') + 1);
  const isNamed = path.startsWith(`/${version}`) && /^[/?]|^$/.test(path.slice(version.length + 1));
  return { origin, path: prefix + (isNamed ? path.slice(version.length + 1) : path) };
}

/** Settings name the same few for each request. */
const bases = new LRUCache<string, { origin: string; prefix: string }>({ max: 16 });

function readBase(base: string): { origin: string; prefix: string } {
  let known = bases.get(base);
  if (known === undefined) {
    const { origin, pathname } = new URL(base);
    known = { origin, prefix: pathname.replace(/\/+$/, '') };
    bases.set(base, known);
  }
  return known;
}

/** Some SDKs hold `/v1` for a part of Anthropic's base URL, which ends before it: with the same base they leave it out. */
const versioned = (path: string): string => path.replace(/^\/messages(?=[/?]|$)/, '/v1/messages');

/** Path and query as they came. An absolute target (`GET http://…`) names a host that is not ours to follow. */
export function requestPath(request: IncomingMessage): string {
  const target = request.url ?? '/';
  if (target.startsWith('/') || target === '*') return target;
  const absolute = URL.canParse(target) ? new URL(target) : undefined;
  return absolute === undefined ? '/' : absolute.pathname + absolute.search;
}

/** Of a path with its query. */
export function pathname(path: string): string {
  const end = path.indexOf('?');
  return end === -1 ? path : path.slice(0, end);
}

function strings(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  // Header bytes are Latin-1, in and out (RFC 9110, section 5.5).
  return raw.map((each) => (typeof each === 'string' ? each : Buffer.from(each).toString('latin1')));
}
