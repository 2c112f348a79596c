import { expect, it } from 'vitest';
import { type Agents, idsOf } from '../support/agents/calls.ts';
import { machineLoad } from '../support/machine-load.ts';
import { numbers } from '../unit/sidecar/stores/entries.ts';

/** After a write exactly those results are gone that hold one of its ids, at every sidecar of the cache. */
export function writtenContract(sidecars: () => readonly Agents[]): void {
  const at = (number: number) => sidecars()[number % sidecars().length] as Agents;

  it('ten thousand results over two thousand ids: after a write exactly the right ones are gone, everywhere', async () => {
    const random = numbers(4);
    const pick = (below: number) => Math.floor(random() * below);
    const model = new Map(
      Array.from({ length: 10_000 }, (_, entry) => [
        entry,
        new Set(Array.from({ length: 1 + pick(8) }, () => pick(2_000))),
      ]),
    );
    const inBatches = async <T>(all: readonly T[], one: (each: T) => Promise<void>) => {
      for (let from = 0; from < all.length; from += 100)
        await Promise.all(all.slice(from, from + 100).map(one));
    };
    const tags = ['model'];
    await inBatches([...model], async ([entry, ids]) => {
      const { status } = await at(entry).memorize(`entry ${entry}`, tags, idsOf(...ids));
      expect(status).toBe(201);
    });
    const gone = new Set<number>();
    for (const count of [1, 10, 100, 1]) {
      const ids = Array.from({ length: count }, () => pick(2_000));
      const doomed = [...model].filter(([entry, held]) => !gone.has(entry) && ids.some((id) => held.has(id)));
      const start = performance.now();
      expect(await at(pick(3)).written(ids)).toBe(doomed.length);
      const milliseconds = Math.round(performance.now() - start);
      console.log(`${doomed.length} results by ${count} ids removed in ${milliseconds} ms`);
      expect(milliseconds).toBeLessThan(1_000 * machineLoad());
      for (const [entry] of doomed) gone.add(entry);
      // From the moment of the answer on, at every sidecar; those that are there answer.
      const sample = [...doomed.map(([entry]) => entry), ...Array.from({ length: 200 }, () => pick(10_000))];
      await inBatches(sample, async (entry) => {
        const { hit } = await at(pick(3)).recall(`entry ${entry}`, tags);
        expect(hit, `entry ${entry}`).toBe(!gone.has(entry));
      });
    }
    expect(gone.size).toBeGreaterThan(100);
    const rest = 10_000 - gone.size;
    const start = performance.now();
    expect(await at(0).written(Array.from({ length: 2_000 }, (_, id) => id))).toBe(rest);
    console.log(`${rest} results by 2000 ids removed in ${Math.round(performance.now() - start)} ms`);
    expect(performance.now() - start).toBeLessThan(20_000);
  }, 180_000);
}
