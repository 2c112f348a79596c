import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { actions } from '../../../cdk8s/install/argocd.ts';
import { conditions } from '../../../crds/conditions.ts';
import { webhookNames } from '../../../operator/webhook/configuration.ts';
import { luaIsHere, runLua } from './lua.ts';

const examples = fileURLToPath(new URL('../../../docs/examples/argocd/', import.meta.url));
const folder = `${examples}resource_customizations/fourfold.dev/SemanticCache/`;
const text = (path: string) => readFileSync(`${folder}${path}`, 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
const yaml = (path: string): any => parse(text(path));
const configMap = parse(readFileSync(`${examples}argocd-cm.yaml`, 'utf8'));
const customization = (name: string): string =>
  configMap.data[`resource.customizations.${name}.fourfold.dev_SemanticCache`];

interface HealthTest {
  readonly inputPath: string;
  readonly healthStatus: { readonly status: string; readonly message: string };
}
interface ActionTest {
  readonly action: string;
  readonly inputPath: string;
  readonly expectedOutputPath: string;
}
interface Discovered {
  readonly name: string;
  readonly disabled: boolean;
  readonly iconClass: string;
}

describe.skipIf(!luaIsHere())('scripts for Argo CD, as they stand in argocd-cm', () => {
  it.each((yaml('health_test.yaml').tests as HealthTest[]).map((test) => [test.inputPath, test] as const))(
    'health of %s',
    async (path, { healthStatus }) => {
      expect(await runLua(customization('health'), yaml(path))).toEqual(healthStatus);
    },
  );

  it('know every reason for which a cache stands still', async () => {
    for (const reason of Object.keys(conditions.Stalled.reasons)) {
      const cache = yaml('testdata/invalid.yaml');
      const stalled = cache.status.conditions.find(({ type }: { type: string }) => type === 'Stalled');
      stalled.reason = reason;
      const status = reason === 'Paused' ? 'Suspended' : 'Degraded';
      expect(await runLua(customization('health'), cache)).toMatchObject({ status });
    }
  });

  const { discoveryTests, actionTests } = yaml('actions/action_test.yaml');
  const written = parse(customization('actions'));

  it.each(
    (discoveryTests as { inputPath: string; result: Discovered[] }[]).map(
      (test) => [test.inputPath, test] as const,
    ),
  )('buttons of %s', async (path, { result }) => {
    const expected = Object.fromEntries(result.map(({ name, ...rest }) => [name, rest]));
    expect(await runLua(written['discovery.lua'], yaml(`actions/${path}`))).toEqual(expected);
  });

  it.each((actionTests as ActionTest[]).map((test) => [test.action, test.inputPath, test] as const))(
    '%s of %s',
    async (action, path, { expectedOutputPath }) => {
      const script = written.definitions.find(({ name }: { name: string }) => name === action)['action.lua'];
      const after = await runLua(script, yaml(`actions/${path}`));
      expect(after).toEqual(yaml(`actions/${expectedOutputPath}`));
    },
  );

  it('test every action', () => {
    expect(
      readdirSync(`${folder}actions`, { withFileTypes: true })
        .filter((each) => each.isDirectory() && each.name !== 'testdata')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([...actions].toSorted());
    expect(new Set(actionTests.map(({ action }: ActionTest) => action))).toEqual(new Set(actions));
  });
});

describe('Applications for Argo CD', () => {
  const applications = [
    'application.yaml',
    'application-set.yaml',
    'app-of-apps.yaml',
    ...readdirSync(`${examples}apps`).map((file) => `apps/${file}`),
  ].flatMap((path) => {
    const documents = parseAllDocuments(readFileSync(`${examples}${path}`, 'utf8'));
    // biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
    return documents.map((each) => [path, each.toJS() as any] as const);
  });
  const specOf = ({ spec }: (typeof applications)[number][1]) => spec.template?.spec ?? spec;

  it('leaves the caches there when a folder or the label of a cluster goes', () => {
    const caches = applications.find(([, { metadata }]) => metadata.name === 'fourfold-caches');
    expect(caches?.[1].spec.syncPolicy).toEqual({ preserveResourcesOnDeletion: true });
  });

  it.each(applications)('%s is one', (_, application) => {
    expect(application.apiVersion).toBe('argoproj.io/v1alpha1');
    const { source, destination, project } = specOf(application);
    expect(project).toBe('default');
    expect(source).toMatchObject({ repoURL: expect.stringMatching(/^https:/), path: expect.any(String) });
    expect(destination).toMatchObject({ server: expect.any(String), namespace: expect.any(String) });
  });

  it('leave to the operator what it writes, wherever the chart is installed', () => {
    const ofChart = applications.filter(([, each]) => specOf(each).source.path === 'charts/fourfold');
    expect(ofChart.length).toBe(3);
    for (const [path, application] of ofChart) {
      const { ignoreDifferences, syncPolicy, source } = specOf(application);
      expect(ignoreDifferences[0].jqPathExpressions, path).toEqual(['.webhooks[]?.clientConfig.caBundle']);
      expect(syncPolicy.syncOptions, path).toEqual(
        expect.arrayContaining(['ServerSideApply=true', 'RespectIgnoreDifferences=true']),
      );
      expect(source.helm.releaseName, path).toBe('fourfold');
    }
  });

  it('are synced in the order operator, caches, applications', () => {
    const waves = applications
      .filter(([path]) => path.startsWith('apps/'))
      .map(([, { metadata }]) => [
        Number(metadata.annotations['argocd.argoproj.io/sync-wave']),
        metadata.name,
      ]);
    expect(waves.toSorted()).toEqual([
      [0, 'fourfold'],
      [1, 'caches'],
      [2, 'shop'],
    ]);
  });
});

describe('the page on GitOps', () => {
  const page = readFileSync(`${examples}../../gitops.md`, 'utf8');
  const [flux = ''] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  // biome-ignore lint/suspicious/noExplicitAny: manifests of any kind
  const objects = parseAllDocuments(flux).map((each) => each.toJS() as any);

  it('has Flux wait for the operator before the caches, and for them before the applications', () => {
    const after = Object.fromEntries(
      objects.map(({ metadata, spec }) => [
        metadata.name,
        spec.dependsOn?.map(({ name }: { name: string }) => name),
      ]),
    );
    expect(after).toEqual({ fourfold: undefined, caches: ['fourfold'], shop: ['caches'] });
    expect(objects.find(({ metadata }) => metadata.name === 'caches').spec).toMatchObject({
      wait: true,
      prune: false,
    });
  });

  it('has Flux leave to the operator what it writes', () => {
    const [{ paths }] = objects[0].spec.driftDetection.ignore;
    expect(paths).toEqual(webhookNames.map((_, at) => `/webhooks/${at}/clientConfig/caBundle`));
  });
});
