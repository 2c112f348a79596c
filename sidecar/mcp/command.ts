import { parseArgs } from 'node:util';
import { parseDuration } from '../../crds/duration.ts';
import { inSidecar } from './in-sidecar.ts';
import { inStore } from './in-store.ts';
import { clientLine, commandLine, httpLine } from './lines.ts';
import type { Line } from './message.ts';
import { Relay } from './relay.ts';
import type { ResultCache } from './result-cache.ts';
import { originOfCommand } from './surroundings.ts';

/** The process, as far as this command has to do with it. */
export interface Surface {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The machine's name; in Kubernetes that of the pod. */
  readonly host: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly complain: (line: string) => void;
  /** Calls back when the process is asked to end. */
  readonly stopped: (stop: () => void) => void;
}

interface Wish {
  readonly server: { readonly command: string; readonly args: readonly string[] } | { readonly url: URL };
  readonly headers: Readonly<Record<string, string>>;
  readonly cache: string;
  readonly store: string | undefined;
  readonly ttlSeconds: number;
  readonly tenant: string | undefined;
  readonly readOnly: ReadonlySet<string>;
  /** The command finds the same on every machine. */
  readonly shared: boolean;
}

/** `fourfold mcp`. @returns the exit code: 0, 1 where the server failed, 2 where something that was given cannot be used. */
export async function mcpCommand(args: readonly string[], surface: Surface): Promise<number> {
  const complain = (line: string) => surface.complain(`fourfold mcp: ${line}`);
  let wish: Wish;
  let cache: ResultCache;
  try {
    wish = wished(args, surface.env);
    cache = await cacheOf(wish, complain);
  } catch (error) {
    complain((error as Error).message);
    return 2;
  }
  const relay = new Relay({
    client: clientLine(surface.stdin, surface.stdout),
    ...serverOf(wish, surface),
    cache,
    readOnly: wish.readOnly,
    complain,
  });
  surface.stopped(() => void relay.stop());
  try {
    return await relay.run();
  } catch (error) {
    complain(`the server cannot be reached: ${(error as Error).message}`);
    return 1;
  }
}

function serverOf(
  { server, headers, shared }: Wish,
  { env, cwd, host }: Surface,
): { server: Line; origin: unknown } {
  if ('url' in server)
    return { server: httpLine(server.url, headers), origin: { url: server.url.href, headers } };
  const { command, args } = server;
  const origin = originOfCommand({ command, args, cwd, env, host: shared ? undefined : host });
  return { server: commandLine(command, args, env), origin };
}

function cacheOf(
  { store, cache, ttlSeconds, tenant }: Wish,
  complain: (line: string) => void,
): ResultCache | Promise<ResultCache> {
  if (store !== undefined) return inStore({ url: store, ttlSeconds, clock: Date.now });
  const headers: Record<string, string> = tenant === undefined ? {} : { 'x-fourfold-tenant': tenant };
  return inSidecar({ url: cache, ttlSeconds, headers, complain });
}

/** @throws TypeError that says where, what was expected and what was found. */
function wished(args: readonly string[], env: NodeJS.ProcessEnv): Wish {
  const at = args.indexOf('--');
  const { values } = parseArgs({
    args: args.slice(0, at < 0 ? args.length : at),
    options: {
      url: { type: 'string' },
      header: { type: 'string', multiple: true },
      cache: { type: 'string' },
      store: { type: 'string' },
      ttl: { type: 'string' },
      tenant: { type: 'string' },
      'read-only': { type: 'string', multiple: true },
      shared: { type: 'boolean', default: false },
    },
  });
  const [command, ...rest] = at < 0 ? [] : args.slice(at + 1);
  if ((command === undefined) === (values.url === undefined))
    throw new TypeError('expected either -- and the command of a server, or --url and its address');
  const ttl = values.ttl ?? (env.FOURFOLD_MCP_TTL || usualTtl);
  const ttlSeconds = parseDuration(ttl);
  if (ttlSeconds === undefined || ttlSeconds <= 0)
    throw new TypeError(
      `${values.ttl === undefined ? 'FOURFOLD_MCP_TTL' : '--ttl'}: expected a duration such as 5m, found ${ttl}`,
    );
  return {
    server: command === undefined ? { url: urlOf('--url', values.url ?? '') } : { command, args: rest },
    headers: Object.fromEntries((values.header ?? []).map(headerOf)),
    cache: urlOf('--cache', values.cache ?? (env.FOURFOLD_MCP_CACHE || usualCache)).href,
    store: values.store ?? (env.FOURFOLD_MCP_STORE || undefined),
    ttlSeconds,
    tenant: values.tenant,
    readOnly: new Set((values['read-only'] ?? []).flatMap((names) => names.split(',')).filter(Boolean)),
    shared: values.shared,
  };
}

function urlOf(flag: string, text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new TypeError(`${flag}: expected an http or https URL, found ${text}`);
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(text) ?? [];
  // Not the text: it may hold a key.
  if (name === undefined || value === undefined) throw new TypeError('--header: expected name: value');
  return [name.toLowerCase(), value];
}

const usualCache = 'http://127.0.0.1:4114';

/** Shorter than that of tools elsewhere: what a server reads may change without a word of its own. */
const usualTtl = '5m';
