import { operatorName, operatorObjects } from '../support/kubernetes/operator.ts';
import { openBench } from './cluster.ts';

export { operatorName };

export const system = 'fourfold-system';

/**
 * The operator as it is installed, in pods of its own: once for all files of a run, since two would fight over the same
 * caches. Nobody takes it away; the cluster ends with the run.
 */
export async function openInstallation(): Promise<void> {
  const bench = await openBench(system);
  await bench.apply(operatorObjects(system));
  await bench.wait(`deployment/${operatorName}`, 'condition=Available');
}
