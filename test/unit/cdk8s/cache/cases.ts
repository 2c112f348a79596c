import { type Facts, rotated } from '../../../../cdk8s/cache/index.ts';
import type { SemanticCacheSpec } from '../../../../crds/semantic-cache.ts';
import { facts } from '../../../support/caches/index.ts';

/** Resources whose objects stand in `goldens/`, one file each; read the diff of a golden to review a change. */
export interface Case {
  readonly spec?: SemanticCacheSpec;
  readonly name?: string;
  readonly facts?: Partial<Facts>;
  /** Beside an external Redis there are none. */
  readonly noPasswords?: true;
}

const others = (bytes: number) => new Uint8Array(bytes).fill(99);

export const cases: Readonly<Record<string, Case>> = {
  minimal: {},
  'three-replicas': { spec: { replicas: 3 } },
  external: { spec: { redis: { external: { url: 'redis://cache.example:6379/2' } } }, noPasswords: true },
  'external-with-secret': {
    spec: {
      redis: {
        external: { url: 'rediss+sentinel://a:26379,b:26379/0?master=main', secretRef: { name: 'cache' } },
      },
    },
    facts: { secretKeys: ['username', 'password', 'sentinel-password', 'ca.crt'] },
    noPasswords: true,
  },
  tuned: {
    spec: {
      threshold: 0.95,
      ttl: '10m',
      partitionBy: ['user', 'header:x-org'],
      phases: { nearMiss: { enabled: false } },
      redis: {
        image: 'registry.example/redis-stack:7.4.0',
        imagePullPolicy: 'Always',
        imagePullSecrets: [{ name: 'registry' }],
        persistence: 'snapshot',
        storage: { size: '20Gi', storageClassName: 'fast' },
        resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: 4, memory: '4Gi' } },
        sentinel: { resources: { requests: { cpu: '20m' }, limits: { memory: '128Mi' } } },
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'cache', operator: 'Exists', effect: 'NoSchedule' }],
        priorityClassName: 'high',
      },
    },
  },
  'network-clients': {
    spec: {
      redis: {
        networkPolicy: {
          clients: [
            { podLabels: { app: 'shell' } },
            { podLabels: { app: 'backup' }, namespaceLabels: { team: 'storage' } },
          ],
        },
      },
    },
  },
  'no-network-policy': { spec: { redis: { networkPolicy: { enabled: false } } } },
  'no-persistence-volumes-kept': { spec: { deletionPolicy: 'Retain', redis: { persistence: 'none' } } },
  'pod-monitor': {
    spec: { sidecar: { podMonitor: { enabled: true, interval: '15s', labels: { release: 'prometheus' } } } },
    facts: { podMonitors: true },
  },
  'decision-log': { spec: { sidecar: { decisionLog: { size: '64Mi', logPrompts: true } } } },
  'passwords-rotated': { facts: { passwords: rotated(facts.passwords, '2', others) } },
  'volume-growing': { spec: { redis: { storage: { size: '16Gi' } } }, facts: { claimSize: '8Gi' } },
  'scaled-down-with-the-primary-leaving': { spec: { replicas: 1 }, facts: { primary: 'support-redis-2' } },
  'long-name': { name: `${'a-cache-with-a-very-long-name.'.repeat(4)}end` },
  'upstreams-of-the-sidecar': {
    spec: {
      upstreams: { openai: 'https://one.example/v1', anthropic: 'https://two.example' },
      sidecar: { upstreams: { openai: 'https://three.example/v1' }, logLevel: 'debug' },
    },
  },
};
