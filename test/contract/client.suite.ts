import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Agents } from '../support/agents/calls.ts';
import { Callers, type Outcome } from '../support/agents/processes.ts';
import { eventually } from '../support/wire/index.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Three processes that ask for one result at once, each of its own sidecar or all of one. */
export function clientContract(
  name: string,
  open: () => Promise<{ urls: readonly string[]; close: () => Promise<void> }>,
): void {
  describe(`one execution for callers in three processes: ${name}`, () => {
    let urls: readonly string[];
    let close: (() => Promise<void>) | undefined;
    let callers: Callers;
    beforeAll(async () => {
      ({ urls, close } = await open());
    });
    afterAll(() => close?.());
    beforeEach(() => {
      callers = new Callers();
    });
    afterEach(async () => {
      callers.close();
      for (const url of urls)
        await new Agents(url).call('DELETE', '/cache/tools/weather', undefined, 'caller');
    });
    const at = (number: number): string => urls[number % urls.length] as string;
    const started = [34, 33, 33];
    const all = async (behaviour: 'works' | 'throws'): Promise<Outcome[]> => {
      const running = started.map((calls, number) => callers.start(at(number), calls, behaviour));
      return (await Promise.all(running.map(({ outcomes }) => outcomes))).flat();
    };

    it('a hundred calls execute once, and all have the result', async () => {
      const outcomes = await all('works');
      expect(outcomes).toHaveLength(100);
      expect(outcomes.every(({ result }) => JSON.stringify(result) === '{"city":"Paris"}')).toBe(true);
      expect(callers.executed).toHaveLength(1);
      expect(outcomes.filter(({ source }) => source === 'executed')).toHaveLength(1);
    });

    it('what it throws reaches all who wait, and is not kept', async () => {
      const outcomes = await all('throws');
      expect(outcomes.every(({ error }) => error === 'no such city')).toBe(true);
      // Who comes when the first has failed already tries for himself.
      const before = callers.executed.length;
      expect(before).toBeLessThan(10);
      await callers.start(at(0), 1, 'throws').outcomes;
      expect(callers.executed.length).toBe(before + 1);
    });

    it('one who is killed is replaced', async () => {
      const doomed = callers.start(at(0), 1, 'hangs');
      await eventually(() => callers.executed.length === 1, 20_000);
      const others = [1, 2].map((number) => callers.start(at(number), 10));
      doomed.process.kill('SIGKILL');
      const outcomes = (await Promise.all(others.map(({ outcomes }) => outcomes))).flat();
      expect(outcomes).toHaveLength(20);
      expect(outcomes.every(({ result }) => JSON.stringify(result) === '{"city":"Paris"}')).toBe(true);
      expect(callers.executed).toHaveLength(2);
      expect(callers.executed[1]).not.toBe(doomed.process.pid);
    });
  });
}
