import { fileURLToPath } from 'node:url';
import { parseRedisUrl, redisSchemes } from './redis-url.ts';

const embedded = 'memory:// or memory:///a/directory';
const forms = `${embedded}, or a URL that begins with ${Object.keys(redisSchemes)
  .map((scheme) => `${scheme}//`)
  .join(', ')}`;

/** What a store URL should have been, or undefined when it is one. */
export function storeUrlFault(text: unknown): string | undefined {
  const scheme = typeof text === 'string' ? /^([a-z+]+:)\/\//.exec(text)?.[1] : undefined;
  if (scheme === 'memory:') return isEmbedded(text as string) ? undefined : embedded;
  if (scheme === undefined || redisSchemes[scheme] === undefined) return forms;
  const parsed = parseRedisUrl(text as string);
  return 'expected' in parsed ? parsed.expected : undefined;
}

function isEmbedded(text: string): boolean {
  if (text === 'memory://') return true;
  if (!/^memory:\/\/\/[^/?#]/.test(text) || /[?#\0]/.test(text)) return false;
  try {
    // A path with a broken percent-encoding, or with an encoded slash, is no path.
    fileURLToPath(text.replace('memory:', 'file:'));
    return true;
  } catch {
    return false;
  }
}
