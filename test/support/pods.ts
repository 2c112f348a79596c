import fc from 'fast-check';
import type { Container, Pod } from '../../operator/webhook/pod.ts';

/** Random pods that an API server takes, and the restricted level lets in; all ask for the cache `support`. */

/** Most pods are to be injected: one that is skipped says little. */
const seldom = <T>(usual: T, other: T) =>
  fc.oneof({ weight: 19, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(other) });

const variable = fc.record({
  name: fc.constantFrom(
    ...[
      'OPENAI_BASE_URL',
      'OPENAI_API_BASE',
      'AZURE_OPENAI_ENDPOINT',
      'ANTHROPIC_BASE_URL',
      'HOST',
      'A',
      'B',
    ],
  ),
  value: fc.constantFrom(
    ...[
      '',
      'https://a.test/v1',
      'https://$(HOST)/v1',
      '$(A)',
      '$(B)$(A)',
      '$$(A)',
      'http://127.0.0.1:4114/v1',
      'http://127.0.0.1:4114',
    ],
  ),
});
const reference = fc.record({
  name: fc.constantFrom('OPENAI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'HOST'),
  valueFrom: fc.constant({ secretKeyRef: { name: 'llm', key: 'url' } }),
});
const source = fc.oneof(
  fc.record(
    { prefix: fc.constantFrom('OPENAI_', 'X_'), configMapRef: fc.constant({ name: 'llm' }) },
    { requiredKeys: ['configMapRef'] },
  ),
  fc.record({ secretRef: fc.constant({ name: 'llm' }) }),
);
const container = fc.record(
  {
    env: fc.array(fc.oneof(variable, reference), { maxLength: 5 }),
    envFrom: fc.array(source, { maxLength: 2 }),
    ports: fc.array(fc.record({ containerPort: seldom(80, 4114), protocol: fc.constantFrom('TCP', 'UDP') }), {
      maxLength: 1,
    }),
  },
  { requiredKeys: [] },
);
const containers = (minLength: number, prefix: string) =>
  fc.array(container, { minLength, maxLength: 3 }).map((all) =>
    all.map(
      (each, at): Container => ({
        name: `${prefix}${at}`,
        image: 'app:1',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        ...each,
      }),
    ),
  );
const said = fc.record(
  {
    'fourfold.dev/threshold': fc.constantFrom('0.95', '1', '.5', '+9.e-1'),
    'fourfold.dev/ttl': fc.constantFrom('60', '1h30m', '250s'),
    'fourfold.dev/mode': fc.constantFrom('shadow', 'off'),
    'fourfold.dev/containers': fc.constantFrom('app0', 'app0, init0', 'app1,app2'),
    'fourfold.dev/memory-limit': fc.constantFrom('256Mi', '1Gi'),
    'fourfold.dev/memory-request': fc.constantFrom('200Mi', '256Mi'),
    'fourfold.dev/cpu-request': fc.constantFrom('50m', '2'),
    'example.test/other': fc.constant('x'),
  },
  { requiredKeys: [] },
);

export const randomPods: fc.Arbitrary<Pod> = fc.record({
  metadata: fc.record(
    {
      name: fc.constant('app'),
      labels: fc.constantFrom({ app: 'x' }, { 'example.test/a': 'b', app: 'y' }),
      annotations: said.map((more) => ({ ...more, 'fourfold.dev/inject': 'support' })),
    },
    { requiredKeys: ['name', 'annotations'] },
  ),
  spec: fc.record(
    {
      securityContext: fc.constant({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }),
      containers: containers(1, 'app'),
      initContainers: containers(0, 'init'),
      volumes: fc.subarray([
        { name: 'data', emptyDir: {} },
        { name: 'fourfold-tmp', emptyDir: {} },
      ]),
      imagePullSecrets: fc.subarray([{ name: 'mine' }, { name: 'ours' }]),
      resources: fc.constantFrom(
        { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1.5', memory: '1G' } },
        { requests: { cpu: '1', memory: '100000001' } },
      ),
    },
    { requiredKeys: ['securityContext', 'containers'] },
  ),
});
