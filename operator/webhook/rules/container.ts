import { isOwn, ownPorts, sidecarName } from '../decide.ts';
import type { EnvVar } from '../pod.ts';
import { resourcesOf } from '../resources.ts';
import { allContainers } from '../routing.ts';
import type { Plan, Rule } from '../rule.ts';
import { variablesOf } from '../sidecar-env.ts';
import { mounts } from './volumes.ts';

/** The sidecar itself: first among the init containers, so that those after it, and the application, find it listening. */
export const container: Rule = {
  name: 'container',
  apply(pod, plan) {
    if (allContainers(pod).some(isOwn)) return [];
    const { initContainers } = pod.spec;
    const value = sidecar(plan);
    if (!plan.native) return [{ op: 'add', path: '/spec/containers/-', value }];
    return initContainers === undefined
      ? [{ op: 'add', path: '/spec/initContainers', value: [value] }]
      : [{ op: 'add', path: '/spec/initContainers/0', value }];
  },
};

export function sidecar(plan: Plan) {
  const { spec, overrides } = plan;
  return {
    name: sidecarName,
    image: plan.image,
    imagePullPolicy: spec.sidecar.imagePullPolicy,
    args: ['serve'],
    ...(plan.native ? { restartPolicy: 'Always' } : {}),
    env: variables(plan),
    ports: [{ name: 'fourfold', containerPort: ownPorts.cluster, protocol: 'TCP' }],
    resources: resourcesOf(spec.sidecar.resources, overrides.resources),
    // The application begins when the sidecar listens. It does so without Redis, without its model and without the
    // operator; a minute is for a node that is short of everything.
    startupProbe: probe('/livez', { periodSeconds: 1, failureThreshold: 60 }),
    livenessProbe: probe('/livez', { periodSeconds: 10, failureThreshold: 6 }),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: mounts(plan),
  };
}

function probe(path: string, timing: { periodSeconds: number; failureThreshold: number }) {
  return { httpGet: { path, port: ownPorts.cluster }, timeoutSeconds: 5, ...timing };
}

/** In the order in which they may refer to each other. */
function variables(plan: Plan): EnvVar[] {
  const own = Object.entries(variablesOf(plan)).map(([name, value]) => ({ name, value }));
  return [...own, ...plan.routing.upstreams];
}
