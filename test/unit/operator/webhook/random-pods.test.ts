import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { expect, it } from 'vitest';
import type { SemanticCache } from '../../../../crds/semantic-cache.ts';
import { decide } from '../../../../operator/webhook/decide.ts';
import { inject, skipped } from '../../../../operator/webhook/inject.ts';
import { planOf } from '../../../../operator/webhook/plan.ts';
import type { Container, Pod } from '../../../../operator/webhook/pod.ts';

const cache: SemanticCache = {
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name: 'support', namespace: 'shop' },
  spec: {},
};

/** Most pods are to be injected: one that is skipped says little. */
const seldom = <T>(usual: T, other: T) =>
  fc.oneof({ weight: 19, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(other) });

const variable = fc.record({
  name: fc.constantFrom(
    ...['OPENAI_BASE_URL', 'OPENAI_API_BASE', 'AZURE_OPENAI_ENDPOINT', 'ANTHROPIC_BASE_URL', 'HOST', 'A'],
  ),
  value: fc.constantFrom('', 'https://a.test/v1', 'https://$(HOST)/v1', '$(A)', 'http://127.0.0.1:4114/v1'),
});
const reference = fc.record({
  name: fc.constantFrom('OPENAI_BASE_URL', 'HOST'),
  valueFrom: fc.constant({ secretKeyRef: { name: 'llm', key: 'url' } }),
});
const source = fc.record(
  { prefix: fc.constantFrom('', 'OPENAI_'), configMapRef: fc.constant({ name: 'llm' }) },
  { requiredKeys: ['configMapRef'] },
);
const container = fc.record(
  {
    image: fc.string(),
    env: fc.array(fc.oneof(variable, reference), { maxLength: 2 }),
    envFrom: fc.array(source, { maxLength: 1 }),
    ports: fc.array(fc.record({ containerPort: seldom(80, 4114) }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const containers = (minLength: number, prefix: string) =>
  fc
    .array(container, { minLength, maxLength: 3 })
    .map((all) => all.map((each, at): Container => ({ name: `${prefix}${at}`, ...each })));
const texts = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 3 });
const pods: fc.Arbitrary<Pod> = fc.record({
  metadata: fc.record(
    {
      labels: texts,
      annotations: texts.map((more) => ({ ...more, 'fourfold.dev/inject': 'support' })),
    },
    { requiredKeys: ['annotations'] },
  ),
  spec: fc.record(
    {
      containers: containers(1, 'app'),
      initContainers: containers(0, 'init'),
      volumes: fc.array(fc.record({ name: fc.constantFrom('data', 'fourfold') }), { maxLength: 2 }),
      imagePullSecrets: fc.array(fc.record({ name: fc.string() }), { maxLength: 2 }),
      hostNetwork: seldom(false, true),
    },
    { requiredKeys: ['containers'] },
  ),
});

/** The pod after the webhook, by the patch alone. */
function admitted(pod: Pod, native: boolean): Pod {
  const decision = decide({ pod, namespaceLabels: {}, caches: ['support'], native });
  const patch =
    decision.kind === 'skip'
      ? skipped(pod, decision.reason)
      : decision.kind === 'inject'
        ? inject(pod, planOf(decision, cache, { image: 'sidecar:1', native })).patch
        : [];
  return jsonPatch.applyPatch(structuredClone(pod), structuredClone([...patch]), true).newDocument;
}

const appended = (pod: Pod): Pod => ({
  ...pod,
  spec: { ...pod.spec, containers: [...pod.spec.containers, { name: 'of-another' }] },
});

const every = (holds: (pod: Pod, native: boolean) => void) =>
  fc.assert(
    fc.property(pods, fc.boolean(), (pod, native) => holds(pod, native)),
    { numRuns: 1_000 },
  );

it('a second call changes nothing, also after another webhook has added a container', () => {
  every((pod, native) => {
    const once = admitted(pod, native);
    expect(admitted(once, native)).toEqual(once);
    const twice = admitted(appended(once), native);
    expect(admitted(twice, native)).toEqual(twice);
  });
});

it('what the pod had it still has, but for where its SDKs send requests', () => {
  const routed =
    /^(OPENAI_BASE_URL|OPENAI_API_BASE|AZURE_OPENAI_ENDPOINT|ANTHROPIC_BASE_URL|GOOGLE_GEMINI_BASE_URL)$/;
  const kept = ({ metadata, spec }: Pod) => ({
    metadata,
    spec: {
      ...spec,
      containers: spec.containers.map(({ env = [], ...rest }) => ({
        ...rest,
        env: env.filter(({ name }) => !routed.test(name)),
      })),
    },
  });
  every((pod, native) => {
    const after = admitted(pod, native);
    const own = (all: readonly Container[] = []) => all.filter(({ name }) => name !== 'fourfold');
    const { metadata, spec } = kept(pod);
    const now = kept({ ...after, spec: { ...after.spec, containers: own(after.spec.containers) } });
    expect(now.spec.containers).toEqual(spec.containers);
    expect(now.metadata?.annotations).toMatchObject(metadata?.annotations ?? {});
    expect(now.metadata?.labels ?? {}).toMatchObject(metadata?.labels ?? {});
    expect(now.spec.volumes?.slice(0, spec.volumes?.length ?? 0) ?? []).toEqual(spec.volumes ?? []);
  });
});

it('no container is led to the sidecar whose provider is not the sidecar’s', () => {
  every((pod, native) => {
    const after = admitted(pod, native);
    const all = [...(after.spec.initContainers ?? []), ...after.spec.containers];
    const upstream = all
      .find(({ name }) => name === 'fourfold')
      ?.env?.findLast(({ name }) => name === 'FOURFOLD_ANTHROPIC_UPSTREAM')?.value;
    const before = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    for (const each of before) {
      const own = each.env?.findLast(({ name }) => name === 'ANTHROPIC_BASE_URL')?.value;
      const now = all.find(({ name }) => name === each.name);
      const isRouted = now?.env?.findLast(({ name }) => name === 'ANTHROPIC_BASE_URL')?.value === led;
      if (own !== undefined && own !== '' && own !== led && isRouted) expect(upstream).toBe(own);
      const isSilent = !own && each.envFrom === undefined && each.env === undefined;
      if (isSilent && upstream !== undefined) expect(isRouted).toBe(false);
    }
  });
});

const led = 'http://127.0.0.1:4114';
