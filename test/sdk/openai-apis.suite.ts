import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { startSidecar } from '../support/sidecar.ts';

/** Where a client finds the sidecar, and with whose key it asks. */
export interface To {
  /** Without a path: the SDKs differ in what they put behind it. */
  readonly root: string;
  readonly key: string;
}

/** One thing that an application does with an SDK, and what the SDK makes of the answers, without their headers. */
export type Call = (to: To) => Promise<unknown>;

/** The same question in both forms, where the SDK parses both into the same. */
export interface Calls {
  readonly json: Call;
  readonly stream: Call;
  /** What of the two can be compared; all of it, unless told. */
  readonly common?: (told: unknown) => unknown;
}

/** The kinds of events in their order: in how many pieces a text grows is the cache's affair, what an application hears of is not. */
export const stepsOf = (events: readonly string[]): string[] =>
  events.filter((event, at) => event !== events[at - 1]);

/** What an SDK parses on a hit is what it parsed on the miss, field by field, ids included. */
export function apiSuite(calls: Record<string, Calls>, agents: Record<string, Call>, close = () => {}): void {
  let provider: Provider;
  let sidecar: Awaited<ReturnType<typeof startSidecar>>;
  beforeAll(async () => {
    provider = await startProvider();
    sidecar = await startSidecar({ FOURFOLD_OPENAI_UPSTREAM: provider.url });
  }, 180_000);
  afterAll(async () => {
    close();
    await sidecar?.close();
    await provider?.close();
  });

  let keys = 0;
  /** As one caller that nobody knows yet; the second is answered without the provider. */
  async function missThenHit(first: Call, second: Call): Promise<[miss: unknown, hit: unknown]> {
    const to = { root: sidecar.url, key: `sk-${++keys}` };
    provider.forget();
    const miss = await first(to);
    const asked = provider.requests.length;
    expect(asked).toBeGreaterThan(0);
    const hit = await second(to);
    expect(provider.requests).toHaveLength(asked);
    return [miss, hit];
  }

  describe.each(Object.entries(calls))('%s', (_, { json, stream, common = (told) => told }) => {
    it('as JSON', async () => {
      const [miss, hit] = await missThenHit(json, json);
      expect(hit).toEqual(miss);
    }, 60_000);

    it('as a stream', async () => {
      const [miss, hit] = await missThenHit(stream, stream);
      expect(hit).toEqual(miss);
    }, 60_000);

    it('stored as JSON, read as a stream', async () => {
      const [miss, hit] = await missThenHit(json, stream);
      expect(common(hit)).toEqual(common(miss));
    }, 60_000);

    it('stored as a stream, read as JSON', async () => {
      const [miss, hit] = await missThenHit(stream, json);
      expect(common(hit)).toEqual(common(miss));
    }, 60_000);
  });

  if (Object.keys(agents).length === 0) return;
  it.each(Object.entries(agents))(
    '%s: every step of the second run is a hit',
    async (_, run) => {
      const [miss, hit] = await missThenHit(run, run);
      expect(hit).toEqual(miss);
      expect(provider.requests.length).toBeGreaterThan(1);
    },
    60_000,
  );
}
