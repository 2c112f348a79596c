import { Agent, request } from 'undici';
import { ports } from '../../crds/names.ts';

/** A removal of a hundred thousand answers takes seconds. */
const deadlineMs = 10_000;
const mostAsked = 5;
/** Whoever can start pods can label them: what they answer is bounded. */
const agent = new Agent({
  maxResponseSize: 65_536,
  keepAliveTimeout: 1_000,
  connections: 1,
  // Where the network drops what it does not allow, a worker waits for each of them.
  connect: { timeout: 1_000 },
});

export const purgeUrl = (ip: string): string =>
  `http://${ip.includes(':') ? `[${ip}]` : ip}:${ports.sidecarAdmin}/cache/entries?all=true`;

export interface Purge {
  /** False where none has done it, and it is to be tried again. */
  readonly done: boolean;
  /** The one that was asked last, after which the next try begins. */
  readonly last: string | undefined;
}

/**
 * Removes every answer of a cache, through one sidecar: it tells the others. A few are asked at a time, each once before
 * any is asked again. Never fails. Doing it twice is no harm.
 */
export async function purge(
  ips: readonly string[],
  adminToken: string,
  after: string | undefined,
  urlOf: (ip: string) => string = purgeUrl,
): Promise<Purge> {
  const sorted = ips.toSorted();
  const next = sorted.findIndex((ip) => after !== undefined && ip > after);
  const ordered = next === -1 ? sorted : [...sorted.slice(next), ...sorted.slice(0, next)];
  const asked = ordered.slice(0, mostAsked);
  for (const ip of asked) if (await purgedBy(urlOf(ip), adminToken)) return { done: true, last: ip };
  return { done: false, last: asked.at(-1) };
}

async function purgedBy(url: string, adminToken: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${adminToken}` },
      dispatcher: agent,
      signal: AbortSignal.timeout(deadlineMs),
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    // A pod that starts or leaves; another one will do it.
    return false;
  }
}
