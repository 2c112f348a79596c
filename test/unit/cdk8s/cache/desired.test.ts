import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { desired, type Manifest } from '../../../../cdk8s/cache/index.ts';
import { cacheLabel, keyPrefix, labels, namesOf } from '../../../../crds/names.ts';
import { parse } from '../../../../crds/parse.ts';
import type { SemanticCacheSpec } from '../../../../crds/semantic-cache.ts';
import { facts, factsWithoutPasswords, semanticCache } from '../../../support/caches/index.ts';

/** What holds for the objects of every resource that the API server takes. */

const orNothing = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const without = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;

const memory = fc.constantFrom('256Mi', '1Gi', '1536Mi', '4Gi', 2_000_000_000);
const own = fc
  .record({
    image: orNothing(fc.constantFrom('redis:8', 'r.example:5000/a@sha256:00')),
    persistence: orNothing(fc.constantFrom('log', 'snapshot', 'none')),
    storage: orNothing(
      fc.constantFrom({}, { size: '1Gi' }, { size: 5_000_000_000, storageClassName: 'fast' }),
    ),
    resources: orNothing(memory.map((each) => ({ limits: { memory: each } }))),
    networkPolicy: orNothing(
      fc.constantFrom({}, { enabled: false }, { clients: [{ podLabels: { a: 'b' } }] }),
    ),
    nodeSelector: orNothing(fc.constantFrom({ disk: 'ssd' })),
  })
  .map(without);
const external = fc.record({
  external: fc.constantFrom({ url: 'redis://a' }, { url: 'rediss://a:1', secretRef: { name: 's' } }),
});

const specs = fc
  .record({
    replicas: orNothing(fc.constantFrom(1, 3, 4, 5, 15)),
    threshold: orNothing(fc.double({ min: 0.01, max: 1, noNaN: true })),
    ttl: orNothing(fc.constantFrom('1h30m', 90, '24h')),
    mode: orNothing(fc.constantFrom('serve', 'shadow', 'off')),
    partitionBy: orNothing(fc.constantFrom(['none'], ['user', 'header:X-Org'])),
    deletionPolicy: orNothing(fc.constantFrom('Delete', 'Retain')),
    redis: orNothing(fc.oneof(own, external)),
    sidecar: orNothing(fc.constantFrom({ logLevel: 'debug' }, { podMonitor: { enabled: true } })),
  })
  .map((spec) => without(spec) as unknown as SemanticCacheSpec);

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/);
const names = fc.array(label, { minLength: 1, maxLength: 4 }).map((parts) =>
  parts
    .join('.')
    .slice(0, 253)
    .replace(/[.-]+$/, ''),
);

const everything = fc.record({ spec: specs, name: names, namespace: label.map((each) => each.slice(0, 63)) });
const objectsOf = ({ spec, name, namespace }: { spec: SemanticCacheSpec; name: string; namespace: string }) =>
  desired(semanticCache(spec, name, namespace), { ...facts, podMonitors: true });

const forAll = (holds: (objects: Manifest[], given: { name: string; namespace: string }) => void) =>
  fc.assert(
    fc.property(everything, (given) => holds(objectsOf(given), given)),
    { numRuns: 60 },
  );

// biome-ignore lint/suspicious/noExplicitAny: reads whatever stands in a manifest
type Any = any;

describe('the objects of any resource', () => {
  it('have names that Kubernetes takes, each once', () => {
    forAll((objects) => {
      for (const { metadata } of objects) {
        expect(metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
        expect(metadata.name.length).toBeLessThanOrEqual(63);
      }
      const keys = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      expect(new Set(keys).size).toBe(keys.length);
    });
  });

  it('leave room for what a StatefulSet adds to its name', () => {
    forAll((objects) => {
      const set = objects.find(({ kind }) => kind === 'StatefulSet');
      if (set !== undefined) expect(set.metadata.name.length).toBeLessThanOrEqual(52);
    });
  });

  it('lie in its namespace and carry its labels, which are labels', () => {
    forAll((objects, { name, namespace }) => {
      for (const { metadata } of objects) {
        expect(metadata.namespace).toBe(namespace);
        expect(metadata.labels).toMatchObject({
          'app.kubernetes.io/name': 'fourfold',
          'app.kubernetes.io/managed-by': 'fourfold',
          [labels.cache]: cacheLabel(name),
        });
        for (const value of Object.values(metadata.labels))
          expect(value).toMatch(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/);
      }
    });
  });

  it('are the same for the same resource', () => {
    fc.assert(
      fc.property(everything, (given) => {
        expect(JSON.stringify(objectsOf(given))).toBe(JSON.stringify(objectsOf(given)));
      }),
      { numRuns: 20 },
    );
  });

  it('make pods of the restricted Pod Security level, with every container bounded', () => {
    forAll((objects) => {
      const set = objects.find(({ kind }) => kind === 'StatefulSet') as Any;
      if (set === undefined) return;
      const pod = set.spec.template.spec;
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number),
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.containers.length).toBe(2);
      for (const { securityContext, resources } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources).toEqual({
          requests: { cpu: expect.anything(), memory: expect.anything() },
          limits: { cpu: expect.anything(), memory: expect.anything() },
        });
      }
    });
  });

  it("select the pods that they mean, and no other cache's", () => {
    forAll((objects) => {
      const set = objects.find(({ kind }) => kind === 'StatefulSet') as Any;
      if (set === undefined) return;
      const { matchLabels } = set.spec.selector;
      expect(set.spec.template.metadata.labels).toMatchObject(matchLabels);
      expect(matchLabels).toHaveProperty(labels.cache);
      for (const each of objects as Any[]) {
        if (each.kind === 'Service') expect(each.spec.selector).toEqual(matchLabels);
        if (each.kind === 'PodDisruptionBudget') expect(each.spec.selector.matchLabels).toEqual(matchLabels);
        if (each.kind === 'NetworkPolicy') expect(each.spec.podSelector.matchLabels).toEqual(matchLabels);
      }
    });
  });

  it('give the sidecars a configuration that they can read, with what the resource says', () => {
    fc.assert(
      fc.property(everything, (given) => {
        const config = objectsOf(given).find(
          ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === namesOf(given.name).sidecar,
        ) as Any;
        const value = parseYaml(config.data['fourfold.yaml'], { version: '1.1' });
        const { settings, faults } = parse({ value, place: (path) => path.join('.') });
        expect(faults).toBeUndefined();
        expect(settings?.threshold).toBe(given.spec.threshold ?? 0.9);
        expect(settings?.mode).toBe(given.spec.mode ?? 'serve');
      }),
      { numRuns: 60 },
    );
  });

  it('K18: tell the sidecars no field that has its default, which an older one might not know', () => {
    const named = (spec: SemanticCacheSpec) => {
      const objects = desired(semanticCache(spec), facts);
      const config = objects.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === namesOf('support').sidecar,
      ) as Any;
      return Object.keys(parseYaml(config.data['fourfold.yaml'])).toSorted();
    };
    const always = ['adminTokenFile', 'drain', 'logLevel', 'redis', 'store'];
    expect(named({})).toEqual(always);
    expect(named({ ttl: '1h' })).toEqual([...always, 'ttl']);
    expect(named({ phases: { semantic: { enabled: false } } })).toEqual([...always, 'phases'].toSorted());
  });

  it('hold no password outside of Secrets', () => {
    forAll((objects) => {
      const open = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'));
      for (const password of Object.values(facts.passwords.current)) expect(open).not.toContain(password);
    });
  });
});

describe('names', () => {
  it('of two caches never meet', () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        fc.pre(one !== other);
        expect(namesOf(one).redis).not.toBe(namesOf(other).redis);
        expect(cacheLabel(one)).not.toBe(cacheLabel(other));
      }),
    );
    expect(namesOf('a.b').redis).not.toBe(namesOf('a-b').redis);
  });

  it('begin keys as the sidecar takes it, and never alike', () => {
    fc.assert(
      fc.property(label, names, names, (namespace, one, other) => {
        expect(keyPrefix(namespace, one)).toMatch(/^[A-Za-z0-9:._-]{1,64}$/);
        fc.pre(one !== other);
        expect(keyPrefix(namespace, one)).not.toBe(keyPrefix(namespace, other));
      }),
    );
  });
});

describe('passwords', () => {
  it('are asked for where a Redis is to be made', () => {
    expect(() => desired(semanticCache(), factsWithoutPasswords)).toThrow(
      'expected the passwords of Redis, found none',
    );
  });
});
