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

/**
 * Removes every answer of a cache, through one sidecar: it tells the others. Never fails; false where none has done it, and
 * it is to be tried again. Doing it twice is no harm.
 */
export async function purge(
  ips: readonly string[],
  adminToken: string,
  urlOf: (ip: string) => string = purgeUrl,
): Promise<boolean> {
  for (const ip of ips.slice(0, mostAsked)) if (await purgedBy(urlOf(ip), adminToken)) return true;
  return false;
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
