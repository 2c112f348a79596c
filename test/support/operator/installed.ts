import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { type Operator, type OperatorOptions, operate } from '../../../operator/main.ts';
import {
  forCertificates,
  forInjection,
  inOwnNamespace,
  inWatchedNamespaces,
} from '../../../operator/permissions.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../kubernetes/index.ts';
import { eventually } from './eventually.ts';

const definition = fileURLToPath(new URL('../../../crds/fourfold.dev_semanticcaches.yaml', import.meta.url));

/** An API server with the CRD, and the operator's service account with what it ships with and nothing more. */
export interface Installed {
  readonly api: ApiServer;
  /** The operator's token. */
  readonly token: string;
  /** Makes a namespace that enforces the restricted level. */
  namespace(name: string): Promise<void>;
  /** Lets an operator keep its Lease in a namespace, beside others that have theirs elsewhere. */
  allowLease(namespace: string): Promise<void>;
  apply(manifest: object): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever Kubernetes says
  get(path: string): Promise<any>;
  stop(): Promise<void>;
}

export async function install(options: ApiServerOptions = {}): Promise<Installed> {
  const api = await startApiServer(options);
  const apply = async (manifest: object) => {
    await api.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
      stdin: JSON.stringify(manifest),
    });
  };
  const namespace = async (name: string) => {
    await apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
  };
  await api.kubectl(['apply', '--server-side', '-f', definition]);
  await api.kubectl(['wait', '--for=condition=Established', 'crd/semanticcaches.fourfold.dev']);
  await namespace('fourfold-system');
  const meta = { name: 'fourfold-operator', namespace: 'fourfold-system' };
  const rbac = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', ...meta }];
  for (const manifest of [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: meta.name },
      rules: [...inWatchedNamespaces, ...forInjection('fourfold')],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: meta.name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: meta.name },
      subjects,
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: meta,
      rules: [...inOwnNamespace('fourfold-operator'), ...forCertificates('fourfold-webhook-authorities')],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: meta,
      roleRef: { apiGroup: rbac, kind: 'Role', name: meta.name },
      subjects,
    },
  ]) {
    await apply(manifest);
  }
  const token = await api.tokenOf(meta);
  const allowLease = async (namespace: string) => {
    const metadata = { name: meta.name, namespace };
    const rules = inOwnNamespace('fourfold-operator');
    const roleRef = { apiGroup: rbac, kind: 'Role', name: meta.name };
    for (const [plural, body] of [
      ['roles', { metadata, rules }],
      ['rolebindings', { metadata, roleRef, subjects }],
    ] as const) {
      await api.request(`/apis/${rbac}/v1/namespaces/${namespace}/${plural}`, { method: 'POST', body });
    }
  };
  return {
    api,
    token,
    namespace,
    allowLease,
    apply,
    get: async (path) => {
      const { status, body } = await api.request(path);
      return status === 200 ? body : undefined;
    },
    stop: () => api.stop(),
  };
}

/** The operator in this process, under its own permissions. */
export async function startOperator(
  installed: Installed,
  options: OperatorOptions & { env?: Record<string, string> } = {},
): Promise<Operator & { readonly log: Record<string, unknown>[] }> {
  const log: Record<string, unknown>[] = [];
  const kubeconfig = options.kubeconfig ?? (await installed.api.kubeconfigFor(installed.token));
  const operator = await operate(
    {
      FOURFOLD_OPERATOR_PORT: '0',
      FOURFOLD_OPERATOR_HOST: '127.0.0.1',
      FOURFOLD_OPERATOR_NAMESPACE: 'fourfold-system',
      FOURFOLD_OPERATOR_LEASE: '3s',
      ...options.env,
    },
    {
      lingerMs: 0,
      ...options,
      kubeconfig,
      log: pino({ level: 'debug' }, { write: (line) => void log.push(JSON.parse(line)) }),
    },
  );
  return { ...operator, log };
}

export const cachePath = (namespace: string, name = '') =>
  `/apis/fourfold.dev/v1alpha1/namespaces/${namespace}/semanticcaches${name === '' ? '' : `/${name}`}`;

export const semanticCache = (namespace: string, name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name, namespace, ...metadata },
  spec,
});

const collections = [
  '/api/v1/namespaces/NS/configmaps',
  '/api/v1/namespaces/NS/secrets',
  '/api/v1/namespaces/NS/services',
  '/apis/apps/v1/namespaces/NS/statefulsets',
  '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
  '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
];

// biome-ignore lint/suspicious/noExplicitAny: objects of all kinds
export type Found = any;

/** Everything in a namespace that carries the label of a cache. */
export async function objectsOf({ get }: Installed, namespace: string): Promise<Found[]> {
  const lists = await Promise.all(
    collections.map(async (each) => {
      const path = `${each.replace('NS', namespace)}?labelSelector=fourfold.dev/cache`;
      const { items, kind } = await get(path);
      return items.map((item: object) => ({ ...item, kind: kind.replace('List', '') }));
    }),
  );
  return lists.flat();
}

/** What stays the same from one making to the next: no uids, times, versions, managers, addresses or passwords. */
export function golden(objects: readonly Found[]): object[] {
  return objects.map(({ kind, metadata, spec, data, ...rest }) => {
    const { clusterIP: _ip, clusterIPs: _ips, ...declared } = spec ?? {};
    return {
      kind,
      name: metadata.name,
      labels: metadata.labels,
      annotations: metadata.annotations,
      owners: metadata.ownerReferences?.map(({ kind, name, controller }: Found) => ({
        kind,
        name,
        controller,
      })),
      managers: [...new Set(metadata.managedFields?.map(({ manager }: Found) => manager))],
      spec: declared,
      data: kind === 'Secret' ? Object.keys(data ?? {}) : data,
      type: rest.type,
    };
  });
}

/** Until the operator has said something of this generation. */
export function reconciled(
  { get }: Installed,
  namespace: string,
  name: string,
  withinMs = 10_000,
): Promise<Found> {
  return eventually(
    `${namespace}/${name} is reconciled`,
    async () => {
      const cache = await get(cachePath(namespace, name));
      return cache?.status?.observedGeneration === cache?.metadata.generation ? cache : undefined;
    },
    withinMs,
  );
}
