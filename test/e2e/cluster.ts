import { inject } from 'vitest';
import { type Cluster, openCluster } from '../support/kubernetes/node/cluster.ts';
import { placeOfTests } from '../support/kubernetes/node/place.ts';
import { until } from '../support/kubernetes/until.ts';
import { part } from '../support/require.ts';

/** For `describe.skipIf(!clusterIsHere())`. @throws where `e2e` is required and missing. */
export function clusterIsHere(): boolean {
  const reason = inject('noCluster');
  return part('e2e', reason === undefined, reason ?? '');
}

/** For `it.skipIf(!pythonIsHere())`. @throws where `python` is required and missing. */
export function pythonIsHere(): boolean {
  const reason = inject('noPython');
  return part('python', reason === undefined, `the application in Python cannot be packed: ${reason}`);
}

export interface Bench extends Cluster {
  readonly namespace: string;
  /** kubectl in the namespace. */
  in(...args: string[]): Promise<string>;
  /** Until a jsonpath of an object has a value, such as `pod/redis {.status.phase}=Running`. */
  wait(object: string, condition: string, withinMs?: number): Promise<void>;
  /** Until it holds, at most so long. */
  until(what: string, holds: () => Promise<boolean>, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** The run's cluster, and a namespace of one's own in it that enforces the restricted Pod Security level. */
export async function openBench(namespace: string): Promise<Bench> {
  const cluster = await openCluster(placeOfTests());
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }]);
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await until('the account of the namespace', async () => (await cluster.request(account)).status === 200);
  const kubectl = (...args: string[]) => cluster.kubectl(['--namespace', namespace, ...args]);
  return {
    ...cluster,
    namespace,
    in: kubectl,
    async wait(object, condition, withinMs = 120_000) {
      const options = { withinMs: withinMs + 5000 };
      const args = [
        '--namespace',
        namespace,
        'wait',
        object,
        `--for=${condition}`,
        `--timeout=${withinMs}ms`,
      ];
      await cluster.kubectl(args, options).catch(async (error) => {
        throw new Error(`${error.message}\n${await situation(kubectl)}`);
      });
    },
    until: (what, holds, withinMs = 60_000) =>
      until(what, holds, { withinMs, everyMs: 250 }).catch(async (error) => {
        throw new Error(`${error.message}\n${await situation(kubectl)}`);
      }),
    async close() {
      await kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
}

/** What a person would look at first, for the message of a wait that came to nothing. */
async function situation(kubectl: Bench['in']): Promise<string> {
  const looks = [
    ['get', 'pods', '-o', 'wide'],
    ['get', 'semanticcaches', '-o', 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status}{"\\n"}{end}'],
    ['get', 'events', '--sort-by=.lastTimestamp'],
  ];
  const seen = await Promise.all(looks.map((look) => kubectl(...look).catch((error) => String(error))));
  return seen.map((lines) => lines.trimEnd().split('\n').slice(-20).join('\n')).join('\n');
}

export { secured as restricted } from '../support/kubernetes/sample.ts';
