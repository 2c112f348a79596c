import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Installation, install, usualInstallation } from '../../cdk8s/install/index.ts';
import { ruleGroups } from '../../cdk8s/monitoring/alerts.ts';
import { dashboard } from '../../cdk8s/monitoring/dashboard.ts';
import { toYaml } from '../../cdk8s/yaml.ts';
import { webhookNames } from '../../operator/webhook/configuration.ts';
import { type ApiServer, apiServerIsHere, startApiServer } from '../support/kubernetes/index.ts';
import { find, versions } from '../support/kubernetes/programs.ts';
import { part } from '../support/require.ts';

/** The Helm chart: the same as the one manifest, and a good guest in a cluster. */
const chart = fileURLToPath(new URL('../../charts/fourfold', import.meta.url));
const manifest = fileURLToPath(new URL('../../charts/install.yaml', import.meta.url));
const helmPath = find('helm');
const hasHelm = part('cluster', helmPath !== undefined, 'helm: run npm run fetch -- kubernetes');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-chart-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function helm(args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: folder };
  const { stdout } = await promisify(execFile)(helmPath as string, args, { env, timeout: 60_000 });
  return stdout;
}

let files = 0;
async function valuesFile(values: object): Promise<string> {
  const path = join(folder, `values-${files++}.yaml`);
  await writeFile(path, JSON.stringify(values));
  return path;
}

const rendered = async (
  values: object = {},
  served: readonly string[] = [],
  namespace = usualInstallation.namespace,
) =>
  objectsIn(
    await helm([
      ...['template', 'fourfold', chart, '--namespace', namespace],
      ...['--kube-version', versions['kube-apiserver'], '--values', await valuesFile(values)],
      ...served.flatMap((each) => ['--api-versions', each]),
    ]),
  );

type Manifest = { kind: string; metadata: { name: string; namespace?: string; annotations?: object } };

function objectsIn(text: string): Map<string, Manifest> {
  const documents = parseAllDocuments(text, { version: '1.1' });
  const objects = (Array.isArray(documents) ? documents : []).map((each) => each.toJS() as Manifest | null);
  return new Map(
    objects
      .filter((each) => each !== null)
      .map((each) => [`${each.kind} ${each.metadata.namespace ?? ''}/${each.metadata.name}`, each]),
  );
}

/** The chart of the commit before; undefined where there is no history, as in an archive of the sources. */
async function chartBefore(): Promise<string | undefined> {
  const before = join(folder, 'before');
  const script = `mkdir -p ${before} && git archive HEAD^ charts/fourfold | tar -x -C ${before}`;
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  return await promisify(execFile)('sh', ['-c', `set -e; ${script}`], { cwd }).then(
    () =>
      existsSync(join(before, 'charts/fourfold/Chart.yaml')) ? join(before, 'charts/fourfold') : undefined,
    () => undefined,
  );
}

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
const operatorOf = (objects: Map<string, Manifest>): any =>
  objects.get('Deployment fourfold-system/fourfold-operator');

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
const specOf = (objects: Map<string, Manifest>, kind: string, name = 'fourfold-operator'): any =>
  // biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
  (objects.get(`${kind} fourfold-system/${name}`) as any).spec;

describe.skipIf(!hasHelm)('the chart', () => {
  it('with default values is the one manifest, but for the namespace', async () => {
    const expected = objectsIn(toYaml(...install(usualInstallation)));
    expected.delete(`Namespace /${usualInstallation.namespace}`);
    const found = await rendered();
    const crd = found.get('CustomResourceDefinition /semanticcaches.fourfold.dev');
    // Helm is told to leave it; kubectl has no such thing.
    expect(crd?.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    delete crd?.metadata.annotations;
    expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    for (const [name, object] of expected) expect(found.get(name), name).toEqual(object);
  });

  it.each(['v1beta1', 'v1'] as const)(
    'with policies of %s is the same as the constructs',
    async (version) => {
      const { injection: _, ...rest } = usualInstallation;
      const policy = { name: 'fourfold', failurePolicy: 'Ignore', version } as const;
      const expected = objectsIn(toYaml(...install({ ...rest, policy })));
      expected.delete(`Namespace /${usualInstallation.namespace}`);
      expected.delete('CustomResourceDefinition /semanticcaches.fourfold.dev');
      const found = await rendered({ injector: { mode: 'policy' }, crds: { install: false } }, [
        `admissionregistration.k8s.io/${version}/MutatingAdmissionPolicy`,
      ]);
      expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
      for (const [name, object] of expected) expect(found.get(name), name).toEqual(object);
    },
  );

  it.each(['webhook', 'policy'] as const)(
    'looks at pods of the watched namespaces alone, as the constructs do, by %s',
    async (mode) => {
      const { injection, ...rest } = usualInstallation;
      const policy = { name: 'fourfold', failurePolicy: 'Fail', version: 'v1' } as const;
      const watchNamespaces = ['a', 'b'];
      const wanted = { ...rest, watchNamespaces, ...(mode === 'policy' ? { policy } : { injection }) };
      const expected = objectsIn(toYaml(...install(wanted as Installation)));
      const injector = { mode, ...(mode === 'policy' ? { failurePolicy: 'Fail', policyVersion: 'v1' } : {}) };
      const found = await rendered({ injector, watchNamespaces, crds: { install: false } });
      const admitting = [...found].filter(([name]) => /^(Mutating|Validating)/.test(name));
      expect(admitting.length).toBeGreaterThan(0);
      for (const [name, object] of admitting) {
        expect(object, name).toEqual(expected.get(name));
        if (!/Binding/.test(name))
          expect(JSON.stringify(object)).toContain('"operator":"In","values":["a","b"]');
      }
    },
  );

  it('has each key of a label or an annotation once, those that select winning', async () => {
    const found = await rendered({
      podLabels: { 'fourfold.dev/operator': 'x', 'app.kubernetes.io/component': 'x', team: 'y' },
      podAnnotations: { 'prometheus.io/scrape': 'false' },
      podMonitor: { enabled: true, labels: { 'app.kubernetes.io/part-of': 'x' } },
      dashboard: { enabled: true, labels: null },
      crds: { annotations: null },
      // Of a chart that has this one among its dependencies, on a condition.
      enabled: true,
    });
    const { labels, annotations } = operatorOf(found).spec.template.metadata;
    expect(labels).toEqual({
      'app.kubernetes.io/name': 'fourfold-operator',
      'app.kubernetes.io/component': 'operator',
      'fourfold.dev/operator': 'true',
      team: 'y',
    });
    expect(annotations['prometheus.io/scrape']).toBe('false');
  });

  it.each(['webhook', 'policy'])('takes a namespace of digits alone for a text (%s)', async (mode) => {
    const values = {
      injector: { mode, policyVersion: 'v1' },
      watchNamespaces: ['123'],
      podMonitor: { enabled: true },
      dashboard: { enabled: true },
      autoscaling: { enabled: true },
    };
    const found = [...(await rendered(values, [], '123')).values()];
    expect(found.some(({ metadata }) => metadata.namespace === '123')).toBe(true);
    expect(JSON.stringify(found)).not.toMatch(/[:[,]123[,\]}]/);
  });

  it('refuses policies where the cluster has none, and says what to do', async () => {
    const values = { injector: { mode: 'policy' } };
    await expect(rendered(values)).rejects.toThrow('Use injector.mode: webhook');
    const given = await rendered({ injector: { mode: 'policy', policyVersion: 'v1' } });
    expect(given.has('MutatingAdmissionPolicy /fourfold')).toBe(true);
  });

  it('renders the same bytes twice', async () => {
    const once = () => helm(['template', 'x', chart, '--kube-version', versions['kube-apiserver']]);
    expect(await once()).toBe(await once());
  });

  it('has nothing that helm lint complains of', async () => {
    expect(await helm(['lint', chart, '--strict'])).toContain('0 chart(s) failed');
  });

  it.each<[string, object, (objects: Map<string, Manifest>) => unknown, unknown]>([
    [
      'images of a registry without a way to the others',
      { global: { imageRegistry: 'registry.test/mirror' } },
      (objects) => operatorOf(objects).spec.template.spec.containers[0].image,
      'registry.test/mirror/fourfold/operator:0.1.0',
    ],
    [
      'a digest, which counts more than the tag',
      { image: { digest: `sha256:${'a'.repeat(64)}`, tag: 'x' } },
      (objects) => operatorOf(objects).spec.template.spec.containers[0].image,
      `fourfold/operator@sha256:${'a'.repeat(64)}`,
    ],
    [
      'single namespaces: no ClusterRole for the operator',
      { watchNamespaces: ['a', 'b'] },
      (objects) => [...objects.keys()].filter((name) => name.endsWith('-caches')).toSorted(),
      [
        'Role a/fourfold-operator-caches',
        'Role b/fourfold-operator-caches',
        'RoleBinding a/fourfold-operator-caches',
        'RoleBinding b/fourfold-operator-caches',
      ],
    ],
    [
      'one replica: no budget, which would forbid to drain its node',
      { replicas: 1 },
      (objects) => objects.has('PodDisruptionBudget fourfold-system/fourfold-operator'),
      false,
    ],
    [
      'no webhook',
      { injector: { mode: 'off' } },
      (objects) => [...objects.keys()].filter((name) => /webhook|injection/i.test(name)),
      [],
    ],
    [
      'pods that asked are refused while the webhook is away',
      { injector: { failurePolicy: 'Fail' } },
      (objects) =>
        // biome-ignore lint/suspicious/noExplicitAny: of this kind
        (objects.get('MutatingWebhookConfiguration /fourfold') as any).webhooks.map(
          ({ failurePolicy }: { failurePolicy: string }) => failurePolicy,
        ),
      ['Fail', 'Fail'],
    ],
    [
      'a PodMonitor',
      { podMonitor: { enabled: true, labels: { release: 'prometheus' } } },
      (objects) => objects.has('PodMonitor fourfold-system/fourfold-operator'),
      true,
    ],
    [
      'replicas that an autoscaler chooses, and nobody else',
      { autoscaling: { enabled: true, minReplicas: 3 } },
      (objects) => [
        operatorOf(objects).spec.replicas,
        specOf(objects, 'HorizontalPodAutoscaler').minReplicas,
        objects.has('PodDisruptionBudget fourfold-system/fourfold-operator'),
      ],
      [undefined, 3, true],
    ],
    [
      'alerts',
      { prometheusRule: { enabled: true, labels: { release: 'prometheus' } } },
      (objects) => specOf(objects, 'PrometheusRule').groups,
      ruleGroups,
    ],
    [
      'the dashboard, whole',
      { dashboard: { enabled: true } },
      (objects) => {
        // biome-ignore lint/suspicious/noExplicitAny: of this kind
        const map = objects.get('ConfigMap fourfold-system/fourfold-operator-dashboard') as any;
        return [map.metadata.labels.grafana_dashboard, JSON.parse(map.data['fourfold.json'])];
      },
      ['1', dashboard()],
    ],
    [
      'a certificate of cert-manager, and no right to make one',
      {
        injector: {
          certificates: { mode: 'certManager', issuerRef: { kind: 'ClusterIssuer', name: 'ours' } },
        },
      },
      (objects) => [
        objects.get('MutatingWebhookConfiguration /fourfold')?.metadata.annotations,
        objects.get('Certificate fourfold-system/fourfold-webhook-certificate'),
        objects.has('Issuer fourfold-system/fourfold-webhook-self-signed'),
        JSON.stringify(objects.get('Role fourfold-system/fourfold-operator')).includes('secrets'),
        operatorOf(objects).spec.template.spec.volumes,
      ],
      [
        { 'cert-manager.io/inject-ca-from': 'fourfold-system/fourfold-webhook-certificate' },
        expect.objectContaining({
          spec: expect.objectContaining({
            dnsNames: expect.arrayContaining(['fourfold-webhook.fourfold-system.svc']),
            issuerRef: { kind: 'ClusterIssuer', name: 'ours' },
          }),
        }),
        false,
        false,
        [{ name: 'certificate', secret: { secretName: 'fourfold-webhook-certificate' } }],
      ],
    ],
    [
      'a certificate that cert-manager signs by itself',
      { injector: { certificates: { mode: 'certManager' } } },
      (objects) => {
        const leaf = specOf(objects, 'Certificate', 'fourfold-webhook-certificate');
        const issuer = specOf(objects, 'Issuer', leaf.issuerRef.name);
        const authority = specOf(objects, 'Certificate', issuer.ca.secretName);
        return [authority.isCA, specOf(objects, 'Issuer', authority.issuerRef.name)];
      },
      // A leaf that signs itself would be another authority at each renewal.
      [true, { selfSigned: {} }],
    ],
    [
      'a given certificate',
      {
        injector: {
          certificates: { mode: 'existing', secretName: 'mine', caBundle: '-----BEGIN CERTIFICATE-----' },
        },
      },
      (objects) => [
        // biome-ignore lint/suspicious/noExplicitAny: of this kind
        (objects.get('MutatingWebhookConfiguration /fourfold') as any).webhooks.map(
          ({ clientConfig }: { clientConfig: { caBundle: string } }) => clientConfig.caBundle,
        ),
        operatorOf(objects).spec.template.spec.volumes[0].secret.secretName,
      ],
      [Array(2).fill(Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64')), 'mine'],
    ],
    [
      'a spread of the user',
      {
        topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
      },
      (objects) => operatorOf(objects).spec.template.spec.topologySpreadConstraints.length,
      1,
    ],
    [
      'no CRD',
      { crds: { install: false } },
      (objects) => objects.has('CustomResourceDefinition /semanticcaches.fourfold.dev'),
      false,
    ],
    [
      'a CRD that goes with the release',
      { crds: { keep: false } },
      (objects) => objects.get('CustomResourceDefinition /semanticcaches.fourfold.dev')?.metadata.annotations,
      undefined,
    ],
    [
      'a CRD that Argo CD asks about before it takes it away',
      { crds: { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm' } } },
      (objects) => objects.get('CustomResourceDefinition /semanticcaches.fourfold.dev')?.metadata.annotations,
      { 'argocd.argoproj.io/sync-options': 'Prune=confirm', 'helm.sh/resource-policy': 'keep' },
    ],
    [
      'a service account of the user',
      { serviceAccount: { create: false, name: 'mine' } },
      (objects) => [
        operatorOf(objects).spec.template.spec.serviceAccountName,
        objects.has('ServiceAccount fourfold-system/mine'),
      ],
      ['mine', false],
    ],
  ])('%s', async (_, values, seen, expected) => {
    expect(seen(await rendered(values))).toEqual(expected);
  });

  const certificate = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
  // After a change `vitest --update --project cluster test/cluster/chart.test.ts` writes them anew; read the diff.
  it.each<[string, object]>([
    ['default', {}],
    [
      'air-gapped',
      {
        global: { imageRegistry: 'registry.test/mirror' },
        image: { digest: `sha256:${'a'.repeat(64)}`, pullPolicy: 'Always' },
        redis: { image: { registry: 'other.test', tag: '7.4.1' } },
        imagePullSecrets: [{ name: 'mirror' }],
      },
    ],
    ['single-namespaces', { watchNamespaces: ['shop', 'desk'], rbac: { aggregate: false } }],
    ['policy', { injector: { mode: 'policy', failurePolicy: 'Fail', policyVersion: 'v1' } }],
    ['offline', { injector: { mode: 'off' }, replicas: 1 }],
    ['cert-manager', { injector: { certificates: { mode: 'certManager' } } }],
    [
      'given-certificate',
      { injector: { certificates: { mode: 'existing', secretName: 'tls', caBundle: certificate } } },
    ],
    [
      'everything',
      {
        logLevel: 'debug',
        extraEnv: [{ name: 'FOURFOLD_OPERATOR_WORKERS', value: '8' }],
        serviceAccount: { annotations: { a: 'b' } },
        podMonitor: { enabled: true, labels: { release: 'prometheus' } },
        prometheusRule: { enabled: true },
        autoscaling: { enabled: true },
        podAnnotations: { c: 'd' },
        podLabels: { e: 'f' },
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'dedicated', operator: 'Exists' }],
        affinity: { nodeAffinity: {} },
        priorityClassName: 'system-cluster-critical',
      },
    ],
  ])('%s is rendered as it was', async (name, values) => {
    const text = await helm([
      ...['template', 'fourfold', chart, '--namespace', 'fourfold-system', '--set', 'crds.install=false'],
      ...['--kube-version', versions['kube-apiserver'], '--values', await valuesFile(values)],
    ]);
    await expect(text).toMatchFileSnapshot(`./goldens/chart/${name}.yaml`);
  });

  it.each<[string, object]>([
    ['replica', { replica: 2 }],
    ['replicas', { replicas: 0 }],
    ['replicas', { replicas: 'two' }],
    ['digest', { image: { digest: 'latest' } }],
    ['pullPolicy', { image: { pullPolicy: 'Sometimes' } }],
    ['watchNamespaces', { watchNamespaces: ['Not_a_name'] }],
    ['keep', { crds: { keep: 'yes' } }],
    ['logLevel', { logLevel: 'loud' }],
    ['mode', { injector: { mode: 'magic' } }],
    ['secretName', { injector: { certificates: { mode: 'existing' } } }],
    ['caBundle', { injector: { certificates: { mode: 'existing', secretName: 'x', caBundle: 'x' } } }],
    ['minReplicas', { autoscaling: { minReplicas: 0 } }],
    ['minReplicas', { autoscaling: { enabled: true, minReplicas: 9 } }],
    ['name', { injector: { certificates: { mode: 'certManager', issuerRef: { kind: 'ClusterIssuer' } } } }],
    ['prometheusRules', { prometheusRules: { enabled: true } }],
    ['policyVersion', { injector: { policyVersion: 'v1alpha1' } }],
  ])('refuses a wrong %s', async (field, values) => {
    await expect(rendered(values)).rejects.toThrow(field);
  });
});

describe.skipIf(!hasHelm || !apiServerIsHere())('on a real API server', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer();
  });
  afterAll(() => server?.stop());

  /** As a GitOps tool applies. */
  const sync = () =>
    server.kubectl(['apply', '--server-side', '--field-manager', 'argocd-controller', '-f', manifest]);

  it('the one manifest is taken, twice, and changes nothing the second time', async () => {
    const apply = sync;
    const versionsOf = async () =>
      await server.kubectl([
        'get',
        ...['-n', usualInstallation.namespace, 'deployments,roles,serviceaccounts'],
        ...['-o', 'jsonpath={range .items[*]}{.metadata.name} {.metadata.generation};{end}'],
      ]);
    await apply();
    const before = await versionsOf();
    await apply();
    expect(await versionsOf()).toEqual(before);
  });

  it('what the operator writes stays when a GitOps tool applies its manifests again, and nothing changes', async () => {
    const webhook = 'mutatingwebhookconfigurations/fourfold';
    const found = async () => {
      const path = `/apis/admissionregistration.k8s.io/v1/${webhook}`;
      const { body } = await server.request(path);
      return [body.metadata.resourceVersion, body.webhooks[0].clientConfig.caBundle];
    };
    await sync();
    // As the operator announces its authority.
    const caBundle = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    const clientConfig = { caBundle };
    const written = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'fourfold' },
      webhooks: webhookNames.map((name) => ({ name, clientConfig })),
    };
    const answer = await server.request(
      `/apis/admissionregistration.k8s.io/v1/${webhook}?fieldManager=fourfold&force=true`,
      { method: 'PATCH', contentType: 'application/apply-patch+yaml', body: written },
    );
    expect(answer.status, answer.body.message).toBe(200);
    const before = await found();
    expect(before[1]).toBe(caBundle);
    await sync();
    expect(await found()).toEqual(before);
    await server.kubectl(['delete', '-f', manifest, '--wait=false']);
  });

  it('install as of the commit before, upgrade, uninstall: caches stay', async () => {
    const release = ['fourfold', '--namespace', 'chart', '--kubeconfig', server.kubeconfig];
    await helm(['install', ...release, (await chartBefore()) ?? chart, '--create-namespace']);
    await server.kubectl(['wait', '--for=condition=Established', 'crd/semanticcaches.fourfold.dev']);
    const cache = join(folder, 'cache.yaml');
    await writeFile(
      cache,
      'apiVersion: fourfold.dev/v1alpha1\nkind: SemanticCache\nmetadata: {name: support, namespace: chart}\nspec: {}\n',
    );
    await server.kubectl(['apply', '-f', cache]);
    await helm(['upgrade', ...release, chart, '--set', 'logLevel=debug']);
    await helm(['uninstall', ...release]);
    const left = await server.kubectl(['get', 'scache', '-n', 'chart', '-o', 'name']);
    expect(String(left)).toContain('semanticcache.fourfold.dev/support');
  });
});
