import { placeOf, type Source } from '../../crds/parse.ts';
import type { Settings } from '../../crds/settings.ts';

/** A base URL that leads back to the process that was given it. */
export interface Circle {
  readonly provider: keyof Settings['upstreams'];
  /** Without what was found, which clients may be told. */
  readonly fault: string;
  readonly url: string;
}

/**
 * One request would come back as another, that one as a third, and so on until no connection is left to open and no memory. It
 * is what comes of `OPENAI_BASE_URL` that names the sidecar already and is handed to it as the place of the provider.
 */
export function circles({ upstreams, host, port }: Settings, sources: readonly Source[]): readonly Circle[] {
  return (Object.keys(upstreams) as Circle['provider'][])
    .filter((provider) => leadsTo(host, port, upstreams[provider]))
    .map((provider) => ({
      provider,
      fault: `${placeOf(`upstreams.${provider}`, sources)}: expected a base URL other than that of this sidecar`,
      url: upstreams[provider],
    }));
}

/** As far as names tell: one that only a name server knows may lead here too. */
function leadsTo(host: string, port: number, base: string): boolean {
  const url = new URL(base);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'http:' || Number(url.port || 80) !== port) return false;
  return name === host || [name, host].every((each) => thisMachine.includes(each));
}

const thisMachine = ['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'];
