import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, provider } from './application.ts';
import { type Bench, clusterIsHere, openBench, restricted } from './cluster.ts';

/** What the other tests of this directory stand on: that the one-node cluster is a Kubernetes like any other. */
describe.skipIf(!clusterIsHere())('the one-node cluster', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench('rig');
    await bench.apply([...provider, claim, redis], 'rig');
    await bench.wait('deployment/provider', 'condition=Available');
  });
  afterAll(() => bench?.close());

  it('runs a pod that finds a Service by its name', async () => {
    const page = await bench.in('exec', 'deployment/provider', '--', ...get('http://provider/__stats'));
    expect(JSON.parse(page)).toBeInstanceOf(Object);
  });

  it('runs Redis Stack as nobody in particular, with its data on a claimed volume', async () => {
    await bench.wait('pod/redis', 'condition=Ready');
    const cli = (...args: string[]) => bench.in('exec', 'redis', '--', 'redis-cli', ...args);
    await cli('FT.CREATE', 'things', 'SCHEMA', 'name', 'TEXT');
    expect(await cli('FT._LIST')).toBe('things\n');
    await cli('SET', 'kept', 'yes');
    await cli('SAVE');
    await bench.in('delete', 'pod', 'redis', '--grace-period=0', '--force');
    await bench.apply([redis], 'rig');
    await bench.wait('pod/redis', 'condition=Ready');
    expect(await cli('GET', 'kept')).toBe('yes\n');
  });

  it('lets a claim grow', async () => {
    const grown = { ...claim, spec: { ...claim.spec, resources: { requests: { storage: '2Gi' } } } };
    await bench.apply([grown], 'rig');
    await bench.wait('persistentvolumeclaim/data', 'jsonpath={.status.capacity.storage}=2Gi', 20_000);
  });

  it('ends a Job whose native sidecar would go on for ever; its second question costs the provider nothing', async () => {
    await bench.apply([configuration, job], 'rig');
    await bench.wait('job/ask', 'condition=Complete');
    const lines = (await bench.in('logs', 'job/ask', '--container', 'app')).trim().split('\n');
    const told = lines.map((line) => JSON.parse(line));
    expect(told.map(({ phase }) => phase)).toEqual(['miss', 'fingerprint', 'fingerprint', 'semantic']);
    expect(new Set(told.map(({ answer }) => answer)).size).toBe(1);
    const stats = await bench.in('exec', 'deployment/provider', '--', ...get('http://provider/__requests'));
    expect(JSON.parse(stats)).toHaveLength(1);
  });
});

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

const redis = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'redis' },
  spec: {
    containers: [
      {
        name: 'redis',
        image: 'redis/redis-stack-server:7.4.0-v3',
        securityContext: { ...restricted, runAsUser: 999 },
        readinessProbe: { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 1 },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
  },
};

/** On a machine with nothing to spare an embedding takes longer than the usual quarter second. */
const configuration = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'fourfold' },
  data: { 'fourfold.yaml': 'phases: {semantic: {deadline: 20s}}' },
};

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'ask' },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        initContainers: [
          {
            name: 'fourfold',
            image: 'localhost/fourfold-sidecar:1',
            restartPolicy: 'Always',
            env: [
              { name: 'FOURFOLD_OPENAI_UPSTREAM', value: 'http://provider/v1' },
              { name: 'FOURFOLD_CONFIG', value: '/etc/fourfold/fourfold.yaml' },
            ],
            volumeMounts: [{ name: 'configuration', mountPath: '/etc/fourfold' }],
            startupProbe: {
              httpGet: { port: 4115, path: '/readyz' },
              periodSeconds: 1,
              failureThreshold: 60,
            },
            securityContext: restricted,
          },
        ],
        volumes: [{ name: 'configuration', configMap: { name: 'fourfold' } }],
        containers: [
          {
            name: 'app',
            image: 'localhost/sample:1',
            args: [
              'ask',
              'How do I reset my password?',
              'How do I reset my password?',
              'How do I reset my password, please?',
              'What are the steps to reset my password?',
            ],
            env: [{ name: 'OPENAI_BASE_URL', value: 'http://127.0.0.1:4114/v1' }],
            securityContext: restricted,
          },
        ],
      },
    },
  },
};
