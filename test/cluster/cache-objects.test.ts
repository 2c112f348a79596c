import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { desired, type Manifest } from '../../cdk8s/cache/index.ts';
import { fieldManager } from '../../crds/names.ts';
import { type SemanticCache, semanticCacheSpec } from '../../crds/semantic-cache.ts';
import { facts, factsWithoutPasswords, semanticCache } from '../support/caches/index.ts';
import { type ApiServer, apiServerIsHere, startApiServer } from '../support/kubernetes/index.ts';
import { cases } from '../unit/cdk8s/cache/cases.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = globSync('docs/examples/*.yaml', { cwd: root }).toSorted();
const namespace = 'strict';
const caches = `/apis/fourfold.dev/v1alpha1/namespaces/${namespace}/semanticcaches`;

/** What `kubectl` shows of a resource, what a cache owns, and the examples, on a real API server. */
describe.skipIf(!apiServerIsHere())('on a real API server', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer();
    await server.kubectl(['apply', '-f', `${root}/crds/fourfold.dev_semanticcaches.yaml`]);
    await server.kubectl(['wait', '--for=condition=Established', 'crd/semanticcaches.fourfold.dev']);
    await server.kubectl(['create', 'namespace', namespace]);
    await server.kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  });
  afterAll(() => server?.stop());

  const kubectl = (...args: string[]) => server.kubectl(['-n', namespace, ...args]);
  const dryApply = async (object: Manifest) => {
    const [group = '', version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', 'v1'];
    const base = group === '' ? '/api/v1' : `/apis/${group}/${version}`;
    const path = `${base}/namespaces/${namespace}/${resourceOf(object.kind)}/${object.metadata.name}`;
    return server.request(
      `${path}?dryRun=All&fieldValidation=Strict&force=true&fieldManager=${fieldManager}`,
      {
        method: 'PATCH',
        contentType: 'application/apply-patch+yaml',
        body: object,
      },
    );
  };

  describe('a resource of which nothing is said', () => {
    let spec: Record<string, unknown>;
    beforeAll(async () => {
      await server.kubectl(['-n', namespace, 'apply', '-f', '-'], {
        stdin: JSON.stringify({
          apiVersion: 'fourfold.dev/v1alpha1',
          kind: 'SemanticCache',
          metadata: { name: 'plain' },
        }),
      });
      spec = (await server.request(`${caches}/plain`)).body.spec;
    });

    it('is complete: the API server writes the very defaults of the schema', () => {
      expect(spec).toEqual(Value.Default(semanticCacheSpec as TSchema, {}));
      expect(spec).toMatchObject({
        threshold: 0.9,
        ttl: '24h',
        model: 'all-MiniLM-L6-v2',
        mode: 'serve',
        replicas: 1,
        redis: {
          storage: { size: '8Gi' },
          persistence: 'log',
          resources: { requests: { cpu: '100m' }, limits: { cpu: '2', memory: '1Gi' } },
          sentinel: { resources: { requests: { cpu: '50m' }, limits: { cpu: '200m', memory: '64Mi' } } },
        },
        sidecar: { resources: { limits: { memory: '512Mi' } } },
        upstreams: { openai: 'https://api.openai.com/v1' },
      });
    });

    it('is listed with its columns, more of them on a wide screen', async () => {
      expect(headOf(await kubectl('get', 'scache'))).toEqual([
        'NAME',
        'READY',
        'THRESHOLD',
        'TTL',
        'MODEL',
        'REPLICAS',
        'INJECTED',
        'AGE',
      ]);
      expect(headOf(await kubectl('get', 'scache', '-o', 'wide')).slice(8)).toEqual([
        'MODE',
        'ENTRIES',
        'HIT RATIO',
        'PRIMARY',
        'REASON',
      ]);
      expect(await kubectl('get', 'scache', 'plain', '--no-headers')).toMatch(
        /^plain\s+0\.9\s+24h\s+all-MiniLM-L6-v2\s+1\s/,
      );
    });

    it('is found under "all" and by its model', async () => {
      expect(await kubectl('get', 'all')).toContain('semanticcache.fourfold.dev/plain');
      const select = (model: string) =>
        kubectl('get', 'scache', '-o', 'name', `--field-selector=spec.model=${model}`);
      expect(await select('all-MiniLM-L6-v2')).toContain('plain');
      expect(await select('another')).toBe('');
    });

    it('is scaled with its generation, and refuses two', async () => {
      const before = (await server.request(`${caches}/plain`)).body.metadata.generation;
      await kubectl('scale', 'scache/plain', '--replicas=3');
      const { body } = await server.request(`${caches}/plain`);
      expect([body.spec.replicas, body.metadata.generation]).toEqual([3, before + 1]);
      await expect(kubectl('scale', 'scache/plain', '--replicas=2')).rejects.toThrow('2 is refused');
    });

    it('has a status of its own: it does not change the generation, and tells autoscalers its pods', async () => {
      const before = (await server.request(`${caches}/plain`)).body;
      const status = {
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'Available',
            message: 'All is well.',
            lastTransitionTime: '2026-01-01T00:00:00Z',
            observedGeneration: before.metadata.generation,
          },
        ],
        observedGeneration: before.metadata.generation,
        replicas: 3,
        readyReplicas: 3,
        selector: 'fourfold.dev/cache=plain',
        injectedPods: 12,
        hitRatio: 0.25,
      };
      const patched = await server.request(`${caches}/plain/status`, {
        method: 'PATCH',
        body: { status, spec: { threshold: 0.1 } },
      });
      expect([patched.status, patched.body.message]).toEqual([200, undefined]);
      const { body } = await server.request(`${caches}/plain`);
      expect(body.metadata.generation).toBe(before.metadata.generation);
      expect(body.spec.threshold).toBe(0.9);
      await kubectl('wait', '--for=condition=Ready', 'scache/plain', '--timeout=10s');
      expect(await kubectl('get', 'scache', 'plain', '--no-headers')).toMatch(
        /^plain\s+True\s+0\.9\s+24h\s+all-MiniLM-L6-v2\s+3\s+12\s/,
      );
      const scale = await server.request(`${caches}/plain/scale`);
      expect(scale.body.status).toEqual({ replicas: 3, selector: 'fourfold.dev/cache=plain' });
    });

    it('is explained, field by field', async () => {
      const explained = await server.kubectl(['explain', 'semanticcache', '--recursive']);
      expect(explained).toContain('storageClassName');
      expect(await server.kubectl(['explain', 'semanticcache.spec.threshold'])).toContain(
        'Cosine similarity from which an answer found by meaning',
      );
      expect(
        undescribed(parse(readFileSync(`${root}/crds/fourfold.dev_semanticcaches.yaml`, 'utf8'))),
      ).toEqual([]);
    });
  });

  describe.each(Object.entries(cases))(
    'what is owned: %s',
    (_, { spec, name, facts: found, noPasswords }) => {
      const common = { ...(noPasswords ? factsWithoutPasswords : facts), ...found };
      const objects = () => desired(semanticCache(spec, name, namespace), common);

      it('is taken as it is, in a namespace that enforces the restricted level', async () => {
        for (const object of objects()) {
          if (object.kind === 'PodMonitor') continue; // Its definition is not part of a cluster.
          const { status, body } = await dryApply(object);
          expect([object.kind, status, body.message]).toEqual([object.kind, 201, undefined]);
        }
      });

      it('makes a pod that the restricted level lets in', async () => {
        const set = objects().find(({ kind }) => kind === 'StatefulSet') as StatefulSet | undefined;
        if (set === undefined) return;
        const { metadata, spec } = set.spec.template;
        const volumes = [...spec.volumes, { name: 'data', emptyDir: {} }];
        // The plugin of priority classes asks for the class itself.
        const { priorityClassName: __, ...rest } = spec;
        const { status, body } = await server.request(
          `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`,
          {
            method: 'POST',
            body: { metadata: { ...metadata, name: 'pod' }, spec: { ...rest, volumes } },
          },
        );
        expect([status, body.message]).toEqual([201, undefined]);
      });
    },
  );

  describe.each(examples)('%s', (file) => {
    it('is applied', async () => {
      expect(
        await kubectl('apply', '--validate=strict', '--dry-run=server', '-f', `${root}/${file}`),
      ).toContain('semanticcache.fourfold.dev/support created');
    });

    it('gives objects that are taken', async () => {
      const cache = parseAllDocuments(readFileSync(`${root}/${file}`, 'utf8'))
        .map((document) => document.toJS() as SemanticCache)
        .find(({ kind }) => kind === 'SemanticCache') as SemanticCache;
      for (const object of desired({ ...cache, metadata: { name: 'support', namespace } }, facts)) {
        expect([object.kind, (await dryApply(object)).status]).toEqual([object.kind, 201]);
      }
    });
  });
});

interface StatefulSet extends Manifest {
  readonly spec: {
    readonly template: {
      readonly metadata: object;
      readonly spec: { readonly volumes: readonly object[]; readonly priorityClassName?: string };
    };
  };
}

const resourceOf = (kind: string): string =>
  ({ NetworkPolicy: 'networkpolicies' })[kind] ?? `${kind.toLowerCase()}s`;

const headOf = (table: string): string[] =>
  table
    .split('\n', 1)[0]
    ?.trim()
    .split(/\s{2,}/) ?? [];

/** Paths of fields that say nothing about themselves. */
function undescribed(definition: {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
}): string[] {
  const walk = (schema: Schema, path: string): string[] => [
    ...(schema.description === undefined && !path.endsWith('[]') && path !== '.metadata' ? [path] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => walk(child, `${path}.${name}`)),
    ...(schema.items === undefined ? [] : walk(schema.items, `${path}[]`)),
  ];
  return definition.spec.versions.flatMap(({ schema }) => walk(schema.openAPIV3Schema, ''));
}

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}
