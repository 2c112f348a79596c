import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Operator } from '../../operator/main.ts';
import { startChat } from '../support/chat.ts';
import { apiServerIsHere } from '../support/kubernetes/index.ts';
import { secured } from '../support/kubernetes/sample.ts';
import { startApiProxy } from '../support/operator/api-proxy.ts';
import { eventually } from '../support/operator/eventually.ts';
import {
  cachePath,
  type Found,
  type Installed,
  install,
  objectsOf,
  reconciled,
  semanticCache,
  startOperator,
} from '../support/operator/installed.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { configFile } from '../support/wire/index.ts';

/** On a real API server, under the shipped permissions, in namespaces of the restricted level. No kubelet: no pod runs. */
describe.skipIf(!apiServerIsHere())('the operator', () => {
  let cluster: Installed;
  let operator: Operator;
  let count = 0;
  let namespace: string;

  beforeAll(async () => {
    cluster = await install({
      audit: true,
      controllers: ['garbage-collector-controller', 'namespace-controller'],
    });
    operator = await startOperator(cluster);
  });
  afterAll(async () => {
    await operator?.close();
    await cluster?.stop();
  });
  afterEach(() => cluster.api.request(cachePath(namespace), { method: 'DELETE' }));

  const inNamespace = async () => {
    namespace = `test-${++count}`;
    await cluster.namespace(namespace);
    return namespace;
  };
  const cacheIn = async (spec: object = {}, metadata: object = {}) => {
    await inNamespace();
    await cluster.apply(semanticCache(namespace, 'support', spec, metadata));
    return reconciled(cluster, namespace, 'support');
  };
  const paths: Record<string, string> = {
    ConfigMap: '/api/v1/namespaces/NS/configmaps',
    Secret: '/api/v1/namespaces/NS/secrets',
    Service: '/api/v1/namespaces/NS/services',
    StatefulSet: '/apis/apps/v1/namespaces/NS/statefulsets',
    NetworkPolicy: '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
    PodDisruptionBudget: '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
  };
  const path = (kind: string, name: string) => `${paths[kind]?.replace('NS', namespace)}/${name}`;
  const patch = (kind: string, name: string, body: object) =>
    cluster.api.request(`${path(kind, name)}?fieldManager=somebody`, { method: 'PATCH', body });
  const named = (objects: readonly Found[]) =>
    objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).toSorted();
  const condition = (cache: Found, type: string) =>
    cache.status.conditions.find((each: Found) => each.type === type);
  const versions = async () => {
    const objects = await objectsOf(cluster, namespace);
    return Object.fromEntries(
      objects.map((each) => [`${each.kind}/${each.metadata.name}`, each.metadata.resourceVersion]),
    );
  };
  /** Waits until it has been quiet for a while: what was to be done is done. */
  const settled = async () => {
    let before = '';
    await eventually('nothing changes any more', async () => {
      const now = JSON.stringify([
        await versions(),
        (await cluster.get(cachePath(namespace, 'support')))?.metadata.resourceVersion,
      ]);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const same = now === before;
      before = now;
      return same;
    });
  };

  it('makes everything that a minimal SemanticCache needs, owned by it', async () => {
    const cache = await cacheIn();
    const objects = await objectsOf(cluster, namespace);
    expect(named(objects)).toEqual([
      'ConfigMap/support-redis',
      'ConfigMap/support-sidecar',
      'NetworkPolicy/support-redis',
      'Secret/support-redis',
      'Secret/support-sidecar',
      'Service/support-redis',
      'Service/support-redis-pods',
      'StatefulSet/support-redis',
    ]);
    for (const { metadata } of objects) {
      expect(metadata.ownerReferences).toEqual([
        expect.objectContaining({
          kind: 'SemanticCache',
          name: 'support',
          uid: cache.metadata.uid,
          controller: true,
        }),
      ]);
      expect(new Set(metadata.managedFields.map(({ manager }: Found) => manager))).toEqual(
        new Set(['fourfold']),
      );
    }
    expect(cache.metadata.finalizers).toBeUndefined();
    expect(cache.status).toMatchObject({
      observedGeneration: 1,
      replicas: 0,
      endpoint: `redis+sentinel://support-redis.${namespace}.svc:26379/0?master=support`,
      injectedPods: 0,
    });
    expect(condition(cache, 'Ready')).toMatchObject({ status: 'False', reason: 'RedisNotReady' });
    expect(condition(cache, 'Reconciling')).toMatchObject({ status: 'True', reason: 'Creating' });
  });

  it('writes a restart into the template of the pods, which are replaced by that alone', async () => {
    await cacheIn();
    const template = async () =>
      (await cluster.get(path('StatefulSet', 'support-redis'))).spec.template.metadata;
    expect((await template()).annotations['fourfold.dev/restart']).toBeUndefined();
    const annotations = { 'fourfold.dev/restart': '2026-11-21T20:00:00Z' };
    await cluster.apply(semanticCache(namespace, 'support', {}, { annotations }));
    await eventually('the template says so', async () => {
      const { annotations } = await template();
      return annotations['fourfold.dev/restart'] === '2026-11-21T20:00:00Z';
    });
  });

  it('keeps a purge until a sidecar runs that can do it', async () => {
    await cacheIn({}, { annotations: { 'fourfold.dev/purge': '1' } });
    await settled();
    expect((await cluster.get(cachePath(namespace, 'support'))).status.purged).toBeUndefined();
  });

  const edits: [string, string, object, (object: Found) => unknown][] = [
    ['ConfigMap', 'support-sidecar', { data: { 'fourfold.yaml': 'mode: off' } }, ({ data }) => data],
    ['ConfigMap', 'support-redis', { data: { 'redis.conf': null } }, ({ data }) => data],
    ['Secret', 'support-sidecar', { data: { password: btoa('mine') } }, ({ data }) => data],
    ['Secret', 'support-redis', { data: { operator: btoa('mine') } }, ({ data }) => data],
    ['Service', 'support-redis', { spec: { selector: { app: 'other' } } }, ({ spec }) => spec.selector],
    [
      'Service',
      'support-redis-pods',
      { spec: { publishNotReadyAddresses: false } },
      ({ spec }) => spec.publishNotReadyAddresses,
    ],
    ['StatefulSet', 'support-redis', { spec: { replicas: 7 } }, ({ spec }) => spec.replicas],
    [
      'StatefulSet',
      'support-redis',
      { metadata: { labels: { 'fourfold.dev/cache': null } } },
      ({ metadata }) => metadata.labels,
    ],
    [
      'StatefulSet',
      'support-redis',
      { metadata: { ownerReferences: null } },
      ({ metadata }) => metadata.ownerReferences,
    ],
    ['NetworkPolicy', 'support-redis', { spec: { ingress: [] } }, ({ spec }) => spec.ingress],
    [
      'PodDisruptionBudget',
      'support-redis',
      { spec: { maxUnavailable: 3 } },
      ({ spec }) => spec.maxUnavailable,
    ],
  ];

  it('puts back every declared field that somebody edits, within five seconds', async () => {
    await cacheIn({ replicas: 3 });
    for (const [kind, name, body, read] of edits) {
      const before = read(await cluster.get(path(kind, name)));
      const { status, body: edited } = await patch(kind, name, body);
      expect([status, read(edited)]).not.toEqual([200, before]);
      await eventually(
        `${kind}/${name} is as before after ${JSON.stringify(body)}`,
        async () => JSON.stringify(read(await cluster.get(path(kind, name)))) === JSON.stringify(before),
        5_000,
      );
    }
  });

  it('makes again what somebody deletes, within five seconds and with the same passwords', async () => {
    await cacheIn({ replicas: 3 });
    const before = await objectsOf(cluster, namespace);
    for (const { kind, metadata } of before) {
      await cluster.api.request(path(kind, metadata.name), { method: 'DELETE' });
      const again = await eventually(
        `${kind}/${metadata.name} is there again`,
        async () => {
          const object = await cluster.get(path(kind, metadata.name));
          return object?.metadata.uid !== metadata.uid ? object : undefined;
        },
        5_000,
      );
      if (kind === 'Secret')
        expect(again.data).toEqual(before.find((each) => each.metadata.uid === metadata.uid).data);
    }
  });

  it('leaves what others add, and writes nothing because of it', async () => {
    await cacheIn();
    await settled();
    await patch('StatefulSet', 'support-redis', {
      metadata: { annotations: { 'example.com/by': 'somebody' } },
    });
    await patch('ConfigMap', 'support-sidecar', {
      metadata: { labels: { 'example.com/team': 'a' } },
      data: { extra: 'x' },
    });
    await patch('Service', 'support-redis', { spec: { sessionAffinity: 'ClientIP' } });
    await settled();
    const before = await versions();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await versions()).toEqual(before);
    expect((await cluster.get(path('StatefulSet', 'support-redis'))).metadata.annotations).toMatchObject({
      'example.com/by': 'somebody',
    });
    const { data, metadata } = await cluster.get(path('ConfigMap', 'support-sidecar'));
    expect([data.extra, metadata.labels['example.com/team']]).toEqual(['x', 'a']);
    expect((await cluster.get(path('Service', 'support-redis'))).spec.sessionAffinity).toBe('ClientIP');
  });

  it('two managers of one field do not fight: the fifth repair in a minute is the last for a minute, and an event says so', async () => {
    await cacheIn();
    await settled();
    const stop = Date.now() + 4_000;
    let edits = 0;
    while (Date.now() < stop) {
      await patch('Service', 'support-redis', { spec: { selector: { app: `other-${edits++}` } } });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const writes = (await cluster.api.audit()).filter(
      ({ verb, user, objectRef }) =>
        verb === 'patch' &&
        user.username.endsWith(':fourfold-operator') &&
        objectRef?.resource === 'services' &&
        objectRef.namespace === namespace &&
        objectRef.name === 'support-redis',
    );
    expect(edits).toBeGreaterThan(20);
    // The first makes it; some may find what they would repair repaired already.
    expect(writes.length).toBeLessThan(12);
    await eventually('an event says so', async () => {
      const { items } = await cluster.get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
      return items.some(
        ({ reason, note }: Found) =>
          reason === 'FieldConflict' && note.includes('somebody changes Service support-redis'),
      );
    });
  });

  it('a new threshold or lifetime touches the configuration of the sidecars and nothing else', async () => {
    await cacheIn();
    await settled();
    const before = await versions();
    await cluster.apply(semanticCache(namespace, 'support', { threshold: 0.95, ttl: '1h' }));
    await eventually('the file says so', async () => {
      const { data } = await cluster.get(path('ConfigMap', 'support-sidecar'));
      return data['fourfold.yaml'].includes('threshold: 0.95');
    });
    await settled();
    const after = await versions();
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed).toEqual(['ConfigMap/support-sidecar']);
  });

  it('goes from one pod to three and back, and the budget comes and goes', async () => {
    await cacheIn();
    await cluster.apply(semanticCache(namespace, 'support', { replicas: 3 }));
    const set = () => cluster.get(path('StatefulSet', 'support-redis'));
    await eventually('three', async () => (await set()).spec.replicas === 3);
    await eventually('a budget', () => cluster.get(path('PodDisruptionBudget', 'support-redis')));
    expect((await cluster.get(path('ConfigMap', 'support-redis'))).data.pods).toBe('3\n');
    const { uid } = (await set()).metadata;
    await cluster.api.kubectl(['scale', '-n', namespace, 'scache/support', '--replicas=1']);
    await eventually('one', async () => (await set()).spec.replicas === 1);
    await eventually(
      'no budget',
      async () => (await cluster.get(path('PodDisruptionBudget', 'support-redis'))) === undefined,
    );
    expect((await set()).metadata.uid).toBe(uid);
  });

  it('with a Redis of somebody else only configures the sidecars, and removes what it had made before', async () => {
    await cacheIn();
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'redis-login', namespace },
      stringData: { password: 'p' },
    });
    await cluster.api.request(cachePath(namespace, 'support'), { method: 'DELETE' });
    await eventually('all is gone', async () => (await objectsOf(cluster, namespace)).length === 0, 30_000);
    const redis = { external: { url: 'rediss://redis.example:6379', secretRef: { name: 'redis-login' } } };
    await cluster.apply(semanticCache(namespace, 'support', { redis }));
    const cache = await reconciled(cluster, namespace, 'support');
    expect(named(await objectsOf(cluster, namespace))).toEqual(['ConfigMap/support-sidecar']);
    expect(condition(cache, 'Ready')).toMatchObject({ status: 'True', reason: 'Available' });
    expect(cache.status.endpoint).toBe('rediss://redis.example:6379');
  });

  it('says that the Secret of an external Redis is missing, or holds nothing of use, and goes on when it does', async () => {
    const redis = { external: { url: 'redis://redis.example:6379', secretRef: { name: 'later' } } };
    const cache = await cacheIn({ redis });
    expect(condition(cache, 'Stalled')).toMatchObject({
      reason: 'SecretMissing',
      message: expect.stringContaining('later'),
    });
    expect(condition(cache, 'Reconciling')).toBeUndefined();
    const now = async (type: string) =>
      condition(await cluster.get(cachePath(namespace, 'support')), type) ?? { message: '' };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'later', namespace } };
    await cluster.apply({ ...secret, stringData: { 'redis-password': 'x' } });
    const lack = /expected at least one of .*password.* found redis-password\.$/;
    await eventually('it says what it lacks', async () => lack.test((await now('Stalled')).message), 40_000);
    await cluster.apply({ ...secret, stringData: { username: 'x', password: 'x' } });
    await eventually('it is ready', async () => (await now('Ready')).status === 'True', 40_000);
  });

  it.each(['nobody', 'another controller'])(
    'does not take over an object of %s, says so, and touches it not at all',
    async (whose) => {
      await inNamespace();
      const owner = await cluster.api.request(`/api/v1/namespaces/${namespace}/configmaps`, {
        method: 'POST',
        body: { metadata: { name: 'owner' } },
      });
      const { uid } = owner.body.metadata;
      const controller = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, controller: true };
      const metadata = {
        name: 'support-redis',
        labels: { mine: 'yes' },
        ownerReferences: whose === 'nobody' ? [] : [controller],
      };
      await cluster.api.request(`/api/v1/namespaces/${namespace}/services`, {
        method: 'POST',
        body: { metadata, spec: { ports: [{ port: 80 }] } },
      });
      const before = await cluster.get(path('Service', 'support-redis'));
      await cluster.apply(semanticCache(namespace, 'support'));
      const cache = await reconciled(cluster, namespace, 'support');
      expect(condition(cache, 'Stalled')).toMatchObject({
        status: 'True',
        reason: 'ForeignObject',
        message: expect.stringContaining('Service/support-redis'),
      });
      expect(condition(cache, 'Ready')).toMatchObject({ status: 'False', reason: 'Stalled' });
      expect(await cluster.get(path('Service', 'support-redis'))).toEqual(before);
    },
  );

  it('names the quota that leaves no room, and does not take it for a permission', async () => {
    await inNamespace();
    const hard = { 'count/statefulsets.apps': '0' };
    const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
    await cluster.api.request(quotas, {
      method: 'POST',
      body: { metadata: { name: 'small' }, spec: { hard } },
    });
    // Nobody counts here.
    const body = { status: { hard, used: hard } };
    await cluster.api.request(`${quotas}/small/status`, { method: 'PATCH', body });
    await cluster.apply(semanticCache(namespace, 'support'));
    const cache = await reconciled(cluster, namespace, 'support');
    expect(condition(cache, 'Stalled')).toMatchObject({
      reason: 'QuotaExceeded',
      message: expect.stringContaining('exceeded quota: small'),
    });
  });

  it('takes back what an earlier cache of its name left on purpose', async () => {
    await cacheIn();
    const { uid } = (await cluster.get(path('StatefulSet', 'support-redis'))).metadata;
    await cluster.api.kubectl(['delete', '-n', namespace, 'scache/support', '--cascade=orphan']);
    await cluster.apply(semanticCache(namespace, 'support'));
    const cache = await reconciled(cluster, namespace, 'support');
    const set = await eventually('it is owned', async () => {
      const found = await cluster.get(path('StatefulSet', 'support-redis'));
      return found.metadata.ownerReferences?.[0]?.uid === cache.metadata.uid ? found : undefined;
    });
    expect(set.metadata.uid).toBe(uid);
  });

  it('a cache that is deleted and made again at once is whole in the end', async () => {
    await cacheIn();
    await cluster.api.request(cachePath(namespace, 'support'), { method: 'DELETE' });
    await cluster.apply(semanticCache(namespace, 'support'));
    const { uid } = (await cluster.get(cachePath(namespace, 'support'))).metadata;
    await eventually(
      'all eight objects are of the new one',
      async () => {
        const objects = await objectsOf(cluster, namespace);
        return (
          objects.length === 8 && objects.every(({ metadata }) => metadata.ownerReferences[0].uid === uid)
        );
      },
      20_000,
    );
  });

  it('leaves everything as it is while it is paused', async () => {
    await cacheIn({}, { annotations: { 'fourfold.dev/paused': 'true' } });
    expect(await objectsOf(cluster, namespace)).toEqual([]);
    const cache = await cluster.get(cachePath(namespace, 'support'));
    expect(condition(cache, 'Stalled')).toMatchObject({ reason: 'Paused' });
    await cluster.api.kubectl(['annotate', '-n', namespace, 'scache/support', 'fourfold.dev/paused-']);
    await eventually('it goes on', async () => (await objectsOf(cluster, namespace)).length === 8);
  });

  it('makes new passwords when it is asked to, and the ones before stay good', async () => {
    await cacheIn();
    const secret = () => cluster.get(path('Secret', 'support-redis'));
    const before = (await secret()).data;
    await cluster.api.kubectl([
      'annotate',
      '-n',
      namespace,
      'scache/support',
      'fourfold.dev/rotate-passwords=1',
    ]);
    const after = await eventually('they are new', async () => {
      const { data } = await secret();
      return data.sidecar !== before.sidecar ? data : undefined;
    });
    expect(after['sidecar.previous']).toBe(before.sidecar);
    await settled();
    expect((await secret()).data).toEqual(after);
  });

  it('grows volumes, and says when the storage class does not let them', async () => {
    await cacheIn({ redis: { storage: { size: '1Gi', storageClassName: 'fixed' } } });
    await cluster.apply({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'growing' },
      provisioner: 'example.com/none',
      allowVolumeExpansion: true,
    });
    const labels = { 'fourfold.dev/cache': 'support', 'fourfold.dev/component': 'redis' };
    const claim = (name: string, storageClassName: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName,
        volumeName: `pv-${name}`,
        resources: { requests: { storage: '1Gi' } },
      },
    });
    const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    const bound = async (name: string, storageClassName: string) => {
      await cluster.api.request(claims, { method: 'POST', body: claim(name, storageClassName) });
      await cluster.api.request(`${claims}/${name}/status`, {
        method: 'PATCH',
        body: { status: { phase: 'Bound', capacity: { storage: '1Gi' } } },
      });
    };
    await bound('data-support-redis-0', 'growing');
    const redis = { storage: { size: '2Gi', storageClassName: 'fixed' } };
    await cluster.apply(semanticCache(namespace, 'support', { redis }));
    await eventually('it asks for more', async () => {
      const { spec } = await cluster.get(`${claims}/data-support-redis-0`);
      return spec.resources.requests.storage === '2Gi';
    });
    // The template cannot be changed, and stays as it is.
    const set = await cluster.get(path('StatefulSet', 'support-redis'));
    expect(set.spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('1Gi');
    await bound('data-support-redis-1', 'fixed');
    const cache = await eventually('it says so', async () => {
      const found = await cluster.get(cachePath(namespace, 'support'));
      return condition(found, 'Stalled')?.reason === 'VolumeCannotGrow' ? found : undefined;
    });
    expect(condition(cache, 'Stalled').message).toContain('data-support-redis-1');
  });

  it('a resource from before a rule existed is Stalled with the fault named, and the others go on', async () => {
    await inNamespace();
    const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/semanticcaches.fourfold.dev';
    const strict = await cluster.get(crd);
    const loose = structuredClone(strict);
    const { spec } = loose.spec.versions[0].schema.openAPIV3Schema.properties;
    delete spec['x-kubernetes-validations'];
    spec.properties.ttl = { 'x-kubernetes-preserve-unknown-fields': true };
    spec.properties.threshold = { type: 'number' };
    await cluster.api.request(crd, { method: 'PUT', body: loose });
    const bad = semanticCache(namespace, 'support', { ttl: 'banana', threshold: 1.5, replicas: 1 });
    await eventually('it is taken', async () => {
      const { status } = await cluster.api.request(cachePath(namespace), { method: 'POST', body: bad });
      return status === 201;
    });
    const current = await cluster.get(crd);
    await cluster.api.request(crd, { method: 'PUT', body: { ...strict, metadata: current.metadata } });
    await cluster.apply(semanticCache(namespace, 'healthy'));
    await reconciled(cluster, namespace, 'healthy');
    const cache = await eventually('it says so', async () => {
      const found = await cluster.get(cachePath(namespace, 'support'));
      return found.status?.conditions === undefined ? undefined : found;
    });
    const { reason, message } = condition(cache, 'Stalled');
    expect(reason).toBe('InvalidSpec');
    expect(message).toContain('spec.ttl');
    expect(message).toContain('spec.threshold');
  });

  it('K18: with a custom resource from before its newest fields it works on, and says what that one can hold', async () => {
    await inNamespace();
    const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/semanticcaches.fourfold.dev';
    const newest = await cluster.get(crd);
    const older = structuredClone(newest);
    const { spec, status } = older.spec.versions[0].schema.openAPIV3Schema.properties;
    for (const each of ['maxErrorRate', 'verifier']) delete spec.properties[each];
    for (const each of ['selector', 'primary', 'endpoint', 'outdatedPods']) delete status.properties[each];
    const replaced = async (body: Found) => {
      const { metadata } = await cluster.get(crd);
      expect((await cluster.api.request(crd, { method: 'PUT', body: { ...body, metadata } })).status).toBe(
        200,
      );
    };
    await replaced(older);
    try {
      await eventually('the older one is served', async () => {
        const body = semanticCache(namespace, 'probe', { verifier: {} });
        const path = `${cachePath(namespace)}?dryRun=All&fieldValidation=Strict`;
        return (await cluster.api.request(path, { method: 'POST', body })).status === 400;
      });
      await cluster.apply(semanticCache(namespace, 'support', { ttl: '1h' }));
      const cache = await reconciled(cluster, namespace, 'support');
      expect(condition(cache, 'Stalled')).toBeUndefined();
      expect(condition(cache, 'RedisReady')).toMatchObject({ reason: 'Starting' });
      expect(cache.status.endpoint).toBeUndefined();
      const { data } = await cluster.get(path('ConfigMap', 'support-sidecar'));
      expect(data['fourfold.yaml']).toContain('ttl: 1h');
      await settled();
    } finally {
      await replaced(newest);
    }
    await eventually('the rest is said too', async () => {
      await cluster.apply(semanticCache(namespace, 'support', { ttl: '2h' }));
      return (await cluster.get(cachePath(namespace, 'support'))).status.endpoint !== undefined;
    });
  });

  it('K17: says which configuration its sidecars reject, for as long as they do', async () => {
    await cacheIn();
    const file = configFile({ fieldOfTomorrow: 1 });
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
    const chat = await startChat({
      FOURFOLD_CONFIG: file,
      FOURFOLD_CONFIG_OPTIONAL: 'true',
      FOURFOLD_ADMIN_HOST: '127.41.17.1',
      FOURFOLD_ADMIN_PORT: '4115',
    });
    try {
      await podAt('127.41.17.1');
      const status = async () => (await cluster.get(cachePath(namespace, 'support'))).status;
      const { rejectedConfiguration } = await eventually('it is told', async () => {
        const now = await status();
        return now.rejectedConfiguration === undefined ? undefined : now;
      });
      expect(rejectedConfiguration).toEqual({
        hash,
        pods: 1,
        fault: expect.stringContaining('fieldOfTomorrow: unknown field'),
      });
      await eventually('an event says so', async () => {
        const { items } = await cluster.get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
        const event = items.find(({ reason }: Found) => reason === 'ConfigurationRejected');
        return event?.type === 'Warning' && event.note.includes(hash);
      });
      writeFileSync(file, 'ttl: 1h\n');
      await eventually('it is taken', async () => (await chat.ask('Who are you?')).phase !== 'bypass');
      // Another pod makes the operator look at once.
      await podAt('127.41.17.2');
      await eventually(
        'nothing is rejected',
        async () => (await status()).rejectedConfiguration === undefined,
      );
    } finally {
      await chat.close();
    }
  });

  /** A running pod of the cache, as far as the API server knows. */
  const podAt = async (podIP: string) => {
    const name = `app-${podIP.replaceAll('.', '-')}`;
    const labels = { 'fourfold.dev/cache': 'support', 'fourfold.dev/injected': 'true' };
    const body = {
      metadata: { name, namespace, labels },
      spec: { containers: [{ name: 'app', image: 'app', securityContext: secured }] },
    };
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    expect((await cluster.api.request(pods, { method: 'POST', body })).status).toBe(201);
    const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }] };
    const patched = await cluster.api.request(`${pods}/${name}/status`, {
      method: 'PATCH',
      body: { status },
    });
    expect(patched.status).toBe(200);
  };

  it('a namespace with a cache in it is gone within seconds, and so is a cache', async () => {
    await cacheIn();
    await cluster.api.request(`/api/v1/namespaces/${namespace}`, { method: 'DELETE' });
    await eventually(
      'the namespace is gone',
      async () => (await cluster.get(`/api/v1/namespaces/${namespace}`)) === undefined,
      30_000,
    );
    await cacheIn();
    await cluster.api.request(cachePath(namespace, 'support'), { method: 'DELETE' });
    await eventually('nothing is left', async () => (await objectsOf(cluster, namespace)).length === 0);
  });

  it('asks for nothing but its lease while nothing happens', async () => {
    await cacheIn();
    await settled();
    const requests = async () =>
      (await cluster.api.audit()).filter(
        ({ user, objectRef, verb }) =>
          user.username.endsWith(':fourfold-operator') &&
          objectRef?.resource !== 'leases' &&
          // A kind that this server does not have is asked for every minute or two.
          objectRef?.resource !== 'podmonitors' &&
          verb !== 'watch',
      );
    const before = (await requests()).length;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect((await requests()).slice(before).map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual(
      [],
    );
  });

  it('K12: the custom resource deleted with its caches and made again: works on within seconds', async () => {
    await cacheIn();
    const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/semanticcaches.fourfold.dev';
    const { apiVersion, kind, metadata, spec } = await cluster.get(crd);
    await cluster.api.request(crd, { method: 'DELETE' });
    await eventually('it is gone', async () => (await cluster.get(crd)) === undefined, 30_000);
    // By then the operator has asked for it in vain.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await fetch(`${operator.url}/livez`)).status).toBe(200);
    await cluster.apply({ apiVersion, kind, metadata: { name: metadata.name }, spec });
    await eventually('the kind is served', async () => {
      const path = cachePath(namespace);
      return (await cluster.api.request(path)).status === 200;
    });
    await cacheIn();
    expect((await objectsOf(cluster, namespace)).length).toBe(8);
  });

  it('answers probes, and counts under the names of controller-runtime', async () => {
    await cacheIn();
    const read = async (each: string) => (await fetch(`${operator.url}${each}`)).text();
    expect((await fetch(`${operator.url}/livez`)).status).toBe(200);
    expect(JSON.parse(await read('/readyz'))).toMatchObject({ status: 'ok', leads: true });
    const metrics = await read('/metrics');
    expect(metrics).toMatch(
      /^controller_runtime_reconcile_total\{controller="semanticcache",result="success"\} \d+/m,
    );
    expect(metrics).toMatch(/^workqueue_depth\{name="semanticcache"\} 0/m);
    expect(metrics).toMatch(/^leader_election_master_status\{name="fourfold-operator"\} 1/m);
  });
});

describe.skipIf(!apiServerIsHere())('the operator of one namespace', () => {
  let cluster: Installed;
  beforeAll(async () => {
    cluster = await install();
  });
  afterAll(() => cluster?.stop());

  it('needs a Role there and no more, and does not see the others', async () => {
    await cluster.namespace('mine');
    await cluster.namespace('other');
    await cluster.api.kubectl(['delete', 'clusterrolebinding', 'fourfold-operator']);
    await cluster.api.kubectl([
      ...['create', 'rolebinding', 'fourfold', '-n', 'mine', '--clusterrole=fourfold-operator'],
      '--serviceaccount=fourfold-system:fourfold-operator',
    ]);
    const operator = await startOperator(cluster, { env: { FOURFOLD_OPERATOR_WATCH_NAMESPACES: 'mine' } });
    for (const each of ['mine', 'other']) await cluster.apply(semanticCache(each, 'support'));
    await reconciled(cluster, 'mine', 'support');
    expect((await objectsOf(cluster, 'mine')).length).toBe(8);
    expect(await objectsOf(cluster, 'other')).toEqual([]);
    await operator.close();
  });

  it('is not live when a watch is silent while the server answers others', async () => {
    const proxy = await startApiProxy(cluster.api, cluster.token);
    const operator = await startOperator(cluster, {
      kubeconfig: proxy.kubeconfig,
      env: { FOURFOLD_OPERATOR_WATCH_NAMESPACES: 'mine' },
      silenceMs: 8_000,
    });
    await eventually('it is ready', async () => (await fetch(`${operator.url}/readyz`)).status === 200);
    expect((await fetch(`${operator.url}/livez`)).status).toBe(200);
    proxy.fault = ({ path }) => (path.includes('/services') ? 'silence' : undefined);
    // All are begun anew again and again; one of them hears nothing.
    const cutting = setInterval(() => proxy.cut(), 2_000);
    const said = await eventually(
      'it says so',
      async () => {
        const response = await fetch(`${operator.url}/livez`);
        return response.status === 503 ? response.json() : undefined;
      },
      25_000,
    );
    clearInterval(cutting);
    expect(said).toMatchObject({ status: 'failing', silent: 'Service' });
    await operator.close();
    await proxy.close();
  });

  it('carries on what the leader before has said, until it has looked at Redis itself', {
    timeout: 90_000,
  }, async () => {
    await cluster.namespace('led');
    await cluster.api.kubectl([
      ...['create', 'rolebinding', 'fourfold', '-n', 'led', '--clusterrole=fourfold-operator'],
      '--serviceaccount=fourfold-system:fourfold-operator',
    ]);
    let looks = 0;
    // Takes what comes and says nothing: a look lasts seconds.
    const silent = createServer(() => looks++).listen(0, '127.0.0.1');
    const lead = () =>
      startOperator(cluster, {
        env: { FOURFOLD_OPERATOR_WATCH_NAMESPACES: 'led' },
        locate: () => ({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port }),
      });
    const path = cachePath('led', 'support');
    const setPath = '/apis/apps/v1/namespaces/led/statefulsets/support-redis';
    const patch = async (of: string, body: object) =>
      expect((await cluster.api.request(of, { method: 'PATCH', body })).status).toBe(200);
    const said = async (type: string) =>
      (await cluster.get(path)).status.conditions.find((each: Found) => each.type === type)?.reason;
    const lastTransitionTime = '2026-01-01T00:00:00Z';
    const condition = (type: string, status: string, reason: string) => ({
      ...{ type, status, reason, lastTransitionTime, message: 'As the leader before has said.' },
    });

    let operator = await lead();
    await cluster.apply(semanticCache('led', 'support', { replicas: 3 }));
    await reconciled(cluster, 'led', 'support');
    await operator.close();
    for (const ordinal of [0, 1, 2]) {
      const labels = { 'fourfold.dev/cache': 'support', 'fourfold.dev/component': 'redis' };
      const spec = { containers: [{ name: 'redis', image: 'redis', securityContext: secured }] };
      const name = `support-redis-${ordinal}`;
      const pods = '/api/v1/namespaces/led/pods';
      await cluster.api.request(pods, { method: 'POST', body: { metadata: { name, labels }, spec } });
      const conditions = [{ type: 'Ready', status: 'True' }];
      const status = { phase: 'Running', podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }], conditions };
      await patch(`${pods}/${name}/status`, { status });
    }
    await patch(`${setPath}/status`, { status: { observedGeneration: 1, replicas: 3, readyReplicas: 3 } });
    const conditions = [
      condition('Ready', 'True', 'Available'),
      condition('RedisReady', 'True', 'Answering'),
    ];
    await patch(`${path}/status`, { status: { primary: 'support-redis-2', conditions } });

    operator = await lead();
    await eventually('it looks', async () => looks > 0);
    expect(await said('RedisReady')).toBe('Answering');
    await eventually('it has looked', async () => (await said('RedisReady')) === 'Unreachable');
    const events = await cluster.get('/apis/events.k8s.io/v1/namespaces/led/events');
    expect(events.items.map(({ note }: Found) => note)).not.toContain('No pod of Redis runs yet.');
    await operator.close();

    operator = await lead();
    await cluster.apply(semanticCache('led', 'support', { replicas: 1 }));
    await eventually(
      'it has seen that',
      async () => (await cluster.get(path)).status.observedGeneration === 2,
    );
    expect((await cluster.get(path)).status.primary).toBe('support-redis-2');
    expect((await cluster.get(setPath)).spec.replicas).toBe(3);
    await operator.close();

    const paused = { annotations: { 'fourfold.dev/paused': 'true' } };
    await cluster.apply(semanticCache('led', 'support', { replicas: 1 }, paused));
    await patch(`${path}/status`, { status: { conditions } });
    operator = await lead();
    await eventually('it looks while it is paused', async () => (await said('RedisReady')) === 'Unreachable');
    expect(await said('Stalled')).toBe('Paused');
    await operator.close();
    silent.close();
  });

  it.skipIf(!redisAtHand)(
    'gives Redis a command that came too early again, though nothing else happens',
    {
      timeout: 90_000,
    },
    async () => {
      const servers: Partial<Record<'redis' | 'sentinel', RedisServer>> = {};
      const operator = await startOperator(cluster, {
        env: { FOURFOLD_OPERATOR_WATCH_NAMESPACES: 'mine' },
        locate: (_, of) => ({ host: '127.0.0.1', port: servers[of]?.port ?? 1 }),
      });
      await cluster.apply(
        semanticCache('mine', 'support', {}, { annotations: { 'fourfold.dev/rotate-passwords': '1' } }),
      );
      const data = await eventually('the passwords are new', async () => {
        const secret = await cluster.get('/api/v1/namespaces/mine/secrets/support-redis');
        return secret.data['operator.previous'] === undefined ? undefined : secret.data;
      });
      const passwordOf = (user: string) => Buffer.from(data[user], 'base64').toString();
      const users = [`operator on >${passwordOf('operator')} ~* &* +@all`, 'sidecar on >older ~* +@all'];
      const redis = await startRedis({
        // As one that was to leave, and stays.
        settings: ['--replica-priority', '0', ...users.flatMap((user) => ['--user', ...user.split(' ')])],
      });
      const sentinel = await startRedis({
        sentinel: [
          `sentinel monitor support 127.0.0.1 ${redis.port} 1`,
          ...users.map((user) => `user ${user}`),
        ],
      });
      Object.assign(servers, { redis, sentinel });
      try {
        const pods = '/api/v1/namespaces/mine/pods';
        // The sentinel calls its primary by the address, of which the first part counts as the name of the pod.
        const labels = { 'fourfold.dev/cache': 'support', 'fourfold.dev/component': 'redis' };
        const spec = { containers: [{ name: 'redis', image: 'redis', securityContext: secured }] };
        await cluster.api.request(pods, {
          method: 'POST',
          body: { metadata: { name: '127', labels }, spec },
        });
        const status = {
          phase: 'Running',
          podIP: '127.0.0.1',
          podIPs: [{ ip: '127.0.0.1' }],
          conditions: [{ type: 'Ready', status: 'True' }],
        };
        await cluster.api.request(`${pods}/127/status`, { method: 'PATCH', body: { status } });
        // Its access lists cannot be read anew yet, as before the kubelet has brought the new Secret.
        const failed = () => operator.log.filter(({ msg }) => msg === 'a command to Redis failed').length;
        await eventually('it has been given several times', () => failed() >= 4, 60_000);
        for (const each of [redis, sentinel])
          await each.client.call('ACL', 'SETUSER', 'sidecar', `>${passwordOf('sidecar')}`);
        await eventually('it is no longer needed', async () => {
          const { items } = await cluster.get('/apis/fourfold.dev/v1alpha1/namespaces/mine/semanticcaches');
          const conditions: Found[] = items[0].status.conditions;
          return !conditions.some(({ reason }) => reason === 'RotatingPasswords');
        });
        await eventually('it may be promoted again', async () => {
          const [, priority] = await redis.client.config('GET', 'replica-priority');
          return priority === '100';
        });
      } finally {
        await operator.close();
        await redis.close();
        await sentinel.close();
      }
    },
  );
});

describe.skipIf(!apiServerIsHere())('the operator in a namespace with limits', () => {
  let cluster: Installed;
  beforeAll(async () => {
    cluster = await install({ controllers: ['statefulset-controller'] });
  });
  afterAll(() => cluster?.stop());

  it('says why no pod of Redis can be made, and makes one that fits as soon as the resource says so', async () => {
    await cluster.namespace('narrow');
    const limits = {
      ...{ type: 'Container', min: { memory: '128Mi' }, max: { memory: '256Mi' } },
      maxLimitRequestRatio: { cpu: '4' },
    };
    const limitRange = { metadata: { name: 'limits' }, spec: { limits: [limits] } };
    const path = '/api/v1/namespaces/narrow/limitranges';
    expect((await cluster.api.request(path, { method: 'POST', body: limitRange })).status).toBe(201);
    const operator = await startOperator(cluster);
    try {
      await cluster.apply(semanticCache('narrow', 'support'));
      const said = async (type: string) =>
        (await cluster.get(cachePath('narrow', 'support'))).status?.conditions.find(
          (each: Found) => each.type === type,
        )?.message;
      const why = 'maximum memory usage per Container is 256Mi';
      await eventually('it says why', async () => (await said('Ready')).includes(why), 30_000);
      expect(await said('Ready')).toMatch(/^No pod of Redis runs yet: create Pod support-redis-0 in /);
      expect(await said('Reconciling')).toMatch(/^Redis has 0 pods and is to have 1: create Pod .* 256Mi/);

      const redis = {
        resources: { requests: { cpu: '500m' }, limits: { memory: '256Mi' } },
        sentinel: { resources: { limits: { memory: '128Mi' } } },
      };
      await cluster.apply(semanticCache('narrow', 'support', { redis }));
      await eventually('a pod is there', () => cluster.get('/api/v1/namespaces/narrow/pods/support-redis-0'));
      await eventually('nothing of it is said any more', async () =>
        [await said('Ready'), await said('Reconciling')].every((each) => !each?.includes('create Pod')),
      );
    } finally {
      await operator.close();
    }
  });
});

describe.skipIf(!apiServerIsHere())('two operators of one cluster', () => {
  let cluster: Installed;
  beforeAll(async () => {
    cluster = await install();
  });
  afterAll(() => cluster?.stop());

  it('do not undo each other’s work: the first serves a cache, the other says so and takes over when that one is gone', {
    timeout: 90_000,
  }, async () => {
    for (const each of ['shop', 'second']) await cluster.namespace(each);
    await cluster.allowLease('second');
    const pods = '/api/v1/namespaces/fourfold-system/pods';
    const labels = { 'fourfold.dev/operator': 'true' };
    const spec = { containers: [{ name: 'operator', image: 'fourfold', securityContext: secured }] };
    const body = { metadata: { name: 'operator', labels }, spec };
    expect((await cluster.api.request(pods, { method: 'POST', body })).status).toBe(201);
    const lead = (namespace: string) =>
      startOperator(cluster, {
        env: { FOURFOLD_OPERATOR_NAMESPACE: namespace, FOURFOLD_OPERATOR_REDIS_IMAGE: `redis:${namespace}` },
      });
    const setPath = '/apis/apps/v1/namespaces/shop/statefulsets/support-redis';
    const image = async () => (await cluster.get(setPath)).spec.template.spec.containers[0].image;
    const versions = async () => {
      const { items } = await cluster.get(cachePath('shop'));
      return [...items, ...(await objectsOf(cluster, 'shop'))].map(
        ({ metadata }) => metadata.resourceVersion,
      );
    };

    const first = await lead('fourfold-system');
    await cluster.apply(semanticCache('shop', 'support'));
    await reconciled(cluster, 'shop', 'support');
    const second = await lead('second');
    try {
      const note = await eventually('the second says so', async () => {
        const { items } = await cluster.get('/apis/events.k8s.io/v1/namespaces/shop/events');
        return items.find(({ reason }: Found) => reason === 'ServedByAnother')?.note;
      });
      expect(note).toContain('The operator of namespace fourfold-system serves this cache; that of second');
      // Of one that both see first, either may be the first.
      await cluster.apply(semanticCache('shop', 'both'));
      await reconciled(cluster, 'shop', 'both');
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const before = await versions();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect(await versions()).toEqual(before);
      expect(await image()).toBe('redis:fourfold-system');
    } finally {
      await first.close();
    }
    try {
      await cluster.api.request(`${pods}/operator`, { method: 'DELETE' });
      await eventually('the second serves it', async () => (await image()) === 'redis:second', 60_000);
      const { metadata } = await cluster.get('/api/v1/namespaces/shop/configmaps/support-sidecar');
      expect(metadata.annotations['fourfold.dev/operator']).toBe('second');
    } finally {
      await second.close();
    }
  });
});
