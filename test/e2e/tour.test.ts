import { beforeAll, describe, expect, it } from 'vitest';
import { type Bench, clusterIsHere, openBench } from './cluster.ts';
import { type Installation, openInstallation } from './installation.ts';
import { answersIn, tourSteps, type } from './tour.ts';

describe.skipIf(!clusterIsHere())('a SemanticCache', () => {
  let installation: Installation;
  let bench: Bench;
  beforeAll(async () => {
    installation = await openInstallation('tour');
    bench = await openBench('tour');
  });

  it('is what the tour of the README says, command by command', async () => {
    const steps = tourSteps();
    expect(steps.length).toBeGreaterThan(3);
    try {
      for (const { commands, answers } of steps) {
        const told = answersIn(await type(commands, bench.kubeconfig));
        // Whoever reads a page takes longer than a model to load; a test does not.
        await bench.until('the sidecars are ready', () => sidecarsAreReady('shop'), 120_000);
        const seen = told.map(({ question, phase }) => ({ question, phase }));
        expect(seen, commands).toEqual(answers.map(({ question, phase }) => ({ question, phase })));
      }
    } finally {
      await bench.kubectl(['delete', '--namespace', 'shop', 'semanticcaches', '--all', '--timeout=60s']);
      await bench.kubectl(['delete', 'namespace', 'shop', '--timeout=120s']);
      await bench.close();
      installation.close();
    }
  }, 600_000);

  async function sidecarsAreReady(namespace: string): Promise<boolean> {
    const selector = ['--namespace', namespace, '--selector=fourfold.dev/injected=true'];
    const { items } = JSON.parse(await bench.kubectl(['get', 'pods', ...selector, '-o', 'json']));
    const asked = items.map(({ metadata }: { metadata: { name: string } }) =>
      bench.request(`/api/v1/namespaces/${namespace}/pods/${metadata.name}:4115/proxy/readyz`),
    );
    return (await Promise.all(asked)).every(({ status }) => status === 200);
  }
});
