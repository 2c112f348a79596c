import { type Behaviour, type Provider, startProvider } from '../provider/index.ts';
import { startSidecar, upstreams } from '../sidecar.ts';
import { type Exchanged, exchange } from './wire.ts';

/** One provider, reached straight and through a sidecar. */
export interface Pair {
  readonly provider: Provider;
  readonly sidecar: Awaited<ReturnType<typeof startSidecar>>;
  /** The same bytes sent both ways to a provider that behaves the same. */
  both(bytes: Buffer, behaviour?: Behaviour): Promise<{ straight: Exchanged; through: Exchanged }>;
  close(): Promise<void>;
}

/** The upstream is a bare origin, so that every path means the same on both ways. */
export async function startPair(settings: Record<string, string> = {}): Promise<Pair> {
  const provider = await startProvider();
  const sidecar = await startSidecar({ ...upstreams(provider.url), ...settings });
  const once = (url: string, bytes: Buffer, behaviour: Behaviour) => {
    provider.forget();
    provider.next(behaviour);
    return exchange(url, bytes, 25_000);
  };
  return {
    provider,
    sidecar,
    async both(bytes, behaviour = {}) {
      const straight = await once(provider.url, bytes, behaviour);
      return { straight, through: await once(sidecar.url, bytes, behaviour) };
    },
    async close() {
      await sidecar.close();
      await provider.close();
    },
  };
}
