import { fileURLToPath } from 'node:url';

/** The forms of the `store` URL. Only the embedded store exists in this version. */
const schemes = ['memory:', 'redis:', 'rediss:', 'redis+sentinel:', 'redis+cluster:'];

/** Remove an entry here, and the form is accepted. */
const notYet = ['redis:', 'rediss:', 'redis+sentinel:', 'redis+cluster:'];

const embedded = 'memory:// or memory:///a/directory';

/** What a store URL should have been, or undefined when it is one. */
export function storeUrlFault(text: unknown): string | undefined {
  const scheme = typeof text === 'string' ? /^([a-z+]+:)\/\//.exec(text)?.[1] : undefined;
  if (scheme === undefined || !schemes.includes(scheme)) return embedded;
  if (notYet.includes(scheme)) return `${embedded} (${scheme}// is not available in this version)`;
  return isEmbedded(text as string) ? undefined : embedded;
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
