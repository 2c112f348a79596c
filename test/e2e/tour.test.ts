import { beforeAll, describe, expect, it } from 'vitest';
import { type Bench, clusterIsHere, openBench } from './cluster.ts';
import { openInstallation } from './installation.ts';
import { answersIn, tourSteps, type } from './tour.ts';

describe.skipIf(!clusterIsHere())('a SemanticCache', () => {
  let bench: Bench;
  beforeAll(async () => {
    await openInstallation();
    bench = await openBench('tour');
  });

  it('is what the tour of the README says, command by command', async () => {
    const steps = tourSteps();
    expect(steps.length).toBeGreaterThan(3);
    try {
      for (const { commands, answers } of steps) {
        const told = answersIn(await type(commands, bench.kubeconfig));
        const seen = told.map(({ question, phase }) => ({ question, phase }));
        expect(seen, commands).toEqual(answers.map(({ question, phase }) => ({ question, phase })));
      }
    } finally {
      await bench.kubectl(['delete', '--namespace', 'shop', 'semanticcaches', '--all', '--timeout=60s']);
      await bench.kubectl(['delete', 'namespace', 'shop', '--timeout=120s']);
      await bench.close();
    }
  }, 600_000);
});
