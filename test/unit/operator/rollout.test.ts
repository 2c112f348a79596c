import { describe, expect, it } from 'vitest';
import { holdBack } from '../../../operator/reconcile/apply.ts';
import type { KeptPod, KeptStatefulSet } from '../../../operator/reconcile/kept.ts';
import { nextStep, type Step } from '../../../operator/reconcile/rollout.ts';
import { readSettings, type SettingsError } from '../../../operator/settings.ts';

const pod = (
  ordinal: number,
  revision: string,
  more: { ready?: boolean; leaving?: boolean } = {},
): KeptPod => ({
  metadata: {
    name: `r-${ordinal}`,
    labels: { 'controller-revision-hash': revision },
    ...(more.leaving ? { deletionTimestamp: 'now' } : {}),
  },
  phase: 'Running',
  ip: '10.0.0.1',
  ready: more.ready ?? true,
  images: [],
  createdAt: '',
  startHash: undefined,
});
const set = (replicas: number, seen = 1): KeptStatefulSet => ({
  metadata: { name: 'r', generation: 1 },
  fingerprint: '',
  otherManager: undefined,
  servedFrom: undefined,
  replicas,
  claimSize: '1Gi',
  status: { updateRevision: 'new', observedGeneration: seen },
});
const said = (step: Step) => ('pod' in step ? `${step.step} ${step.pod.metadata.name}` : step.step);

describe('replacing pods', () => {
  it.each([
    ['nothing is outdated', [pod(0, 'new'), pod(1, 'new'), pod(2, 'new')], 'r-0', 'none'],
    ['all are: the last replica first', [pod(0, 'old'), pod(1, 'old'), pod(2, 'old')], 'r-0', 'replace r-2'],
    ['the primary is never the first', [pod(0, 'old'), pod(1, 'old'), pod(2, 'old')], 'r-2', 'replace r-1'],
    ['a pod is leaving', [pod(0, 'old'), pod(1, 'old'), pod(2, 'old', { leaving: true })], 'r-0', 'wait'],
    ['a pod is missing', [pod(0, 'old'), pod(1, 'old')], 'r-0', 'wait'],
    ['a new one starts', [pod(0, 'old'), pod(1, 'old'), pod(2, 'new', { ready: false })], 'r-0', 'wait'],
    [
      'an outdated one is broken',
      [pod(0, 'old'), pod(1, 'old', { ready: false }), pod(2, 'new', { ready: false })],
      'r-0',
      'replace r-1',
    ],
    ['only the primary is left', [pod(0, 'old'), pod(1, 'new'), pod(2, 'new')], 'r-0', 'fail-over'],
    ['the primary has handed over', [pod(0, 'old'), pod(1, 'new'), pod(2, 'new')], 'r-1', 'replace r-0'],
    ['nobody knows the primary', [pod(0, 'old'), pod(1, 'old'), pod(2, 'old')], undefined, 'wait'],
  ])('when %s', (_, pods, primary, expected) => {
    expect(said(nextStep(set(3), pods, primary))).toBe(expected);
  });

  it('a single pod is replaced as it is', () => {
    expect(said(nextStep(set(1), [pod(0, 'old')], undefined))).toBe('replace r-0');
  });

  it('waits until the StatefulSet controller has seen the last change', () => {
    expect(said(nextStep(set(3, 0), [pod(0, 'old')], 'r-0'))).toBe('wait');
  });
});

it('five repairs in a minute are made at once, and then one a minute', () => {
  expect(holdBack([0, 1, 2, 3], 4)).toBe(0);
  expect(holdBack([0, 1, 2, 3, 4], 5)).toBe(59_999);
  expect(holdBack([0, 1, 2, 3, 4], 60_001)).toBe(0);
});

describe('settings of the operator', () => {
  it('have defaults, and are read from their variables', () => {
    const env = {
      FOURFOLD_OPERATOR_WATCH_NAMESPACES: 'a, b',
      FOURFOLD_OPERATOR_LEASE: '30s',
      FOURFOLD_OPERATOR_WORKERS: '8',
      // Set by Kubernetes for a Service of that name, and no setting.
      FOURFOLD_OPERATOR_PORT: 'tcp://10.0.0.1:443',
      FOURFOLD_OPERATOR_SERVICE_HOST: '10.0.0.1',
    };
    expect(readSettings(env)).toMatchObject({
      watchNamespaces: ['a', 'b'],
      leaseMs: 30_000,
      workers: 8,
      port: 4116,
      resyncMs: 600_000,
    });
  });

  it('name every fault', () => {
    const env = {
      FOURFOLD_OPERATOR_WORKERS: 'many',
      FOURFOLD_OPERATOR_LEASE: '1ms',
      FOURFOLD_OPERATOR_COLOUR: 'red',
    };
    const faults = (() => {
      try {
        readSettings(env);
        return [];
      } catch (error) {
        return (error as SettingsError).faults;
      }
    })();
    expect(faults.toSorted()).toEqual([
      expect.stringMatching(/^FOURFOLD_OPERATOR_COLOUR: unknown environment variable/),
      expect.stringMatching(/^FOURFOLD_OPERATOR_LEASE: expected a duration from 1s to 5m/),
      expect.stringMatching(/^FOURFOLD_OPERATOR_WORKERS: expected .*, found "many"/),
    ]);
  });
});
