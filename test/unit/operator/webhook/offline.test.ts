import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { SemanticCache } from '../../../../crds/semantic-cache.ts';
import { type Given, injectManifests } from '../../../../operator/webhook/offline.ts';

const release = { image: 'fourfold/sidecar:test', native: true };
const injected = (text: string) => injectManifests(text, { caches: [], namespace: 'shop', release });

const template = (indent: string) =>
  [
    'metadata: {annotations: {fourfold.dev/inject: support}}',
    'spec:',
    '  # the application',
    '  containers: [{name: app, image: app:1}]',
  ]
    .map((line) => indent + line)
    .join('\n');

const deployment = `# mine
apiVersion: apps/v1
kind: Deployment
metadata: {name: app} # keep
spec:
  template:
${template('    ')}
`;

it('comments and what is not ours stay, and a second time changes nothing', () => {
  const once = injected(deployment);
  expect(once.faults).toEqual([]);
  for (const kept of ['# mine', '# keep', '# the application']) expect(once.text).toContain(kept);
  const { spec } = parse(once.text).spec.template;
  expect(spec.initContainers[0]).toMatchObject({ name: 'fourfold', image: release.image });
  const twice = injected(once.text);
  expect(twice.text).toBe(once.text);
  expect(twice.notes).toEqual(['Deployment app: has its sidecar already']);
});

it.each(['True', 'my_cache', '-x', ' support', 'support,other'])(
  'a cache cannot be named %j: none is assumed, as the webhook would find none',
  (name) => {
    const { notes, faults, text } = injected(deployment.replace('inject: support', `inject: "${name}"`));
    expect({ notes, faults }).toEqual({
      notes: ['Deployment app: skipped (no-cache): The namespace has no SemanticCache of that name.'],
      faults: [],
    });
    expect(text).toContain('skipped: no-cache');
  },
);

describe('every kind that describes pods', () => {
  it.each([
    ['Pod', ''],
    ['ReplicaSet', 'spec.template'],
    ['StatefulSet', 'spec.template'],
    ['DaemonSet', 'spec.template'],
    ['Job', 'spec.template'],
    ['CronJob', 'spec.jobTemplate.spec.template'],
  ])('%s', (kind, place) => {
    const path = place === '' ? [] : place.split('.');
    const pod = parse(template(''));
    const body = path.reduceRight((inner, name) => ({ [name]: inner }), pod);
    const object = {
      apiVersion: 'v1',
      kind,
      ...body,
      metadata: { name: 'it', ...(path.length > 0 ? {} : pod.metadata) },
    };
    const { text, faults } = injected(JSON.stringify(object));
    expect(faults).toEqual([]);
    const found = path.reduce((outer, name) => outer[name], parse(text));
    expect(found.spec.initContainers[0].name).toBe('fourfold');
    expect(found.metadata.annotations['fourfold.dev/status']).toBe('injected');
  });
});

it('a list, and other objects beside it, which stay as they are', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: it}\n';
  const list = `${service}---\n${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [parse(deployment)] })}\n`;
  const { text, notes } = injected(list);
  expect(parseAllDocuments(text)[0]?.toJS()).toEqual(parse(service));
  expect(injected(service)).toEqual({ text: service, notes: [], faults: [] });
  expect(notes).toHaveLength(1);
  expect(text).toContain('fourfold/sidecar:test');
});

it.each([
  [
    'a template without containers',
    'kind: Job\nmetadata: {name: x}\nspec: {template: {spec: {}}}\n',
    'Job x: spec.template.spec.containers: expected a list of containers, found none',
  ],
  [
    'a threshold out of range',
    deployment.replace('inject: support', 'inject: support, fourfold.dev/threshold: "7"'),
    'Deployment app: fourfold.dev/threshold: expected a number greater than 0 and at most 1, found 7',
  ],
  [
    'a list that is none',
    deployment.replace('image: app:1', 'image: app:1, env: text'),
    'Deployment app: spec.template.spec.containers.0.env: expected a list of objects, found "text"',
  ],
  [
    'an annotation that is no text to kubectl',
    deployment.replace('inject: support', 'inject: yes'),
    'Deployment app: fourfold.dev/inject: expected a text in quotes, found true',
  ],
  [
    'a cache that no pod could be given',
    `${deployment}---
apiVersion: fourfold.dev/v1alpha1
kind: SemanticCache
metadata: {name: support}
spec: {threshold: 7}
`,
    'SemanticCache support: spec.threshold: expected a number greater than 0 and at most 1, found 7',
  ],
  [
    'an anchor that contains itself',
    `${deployment}x: &x [*x]\n`,
    'expected YAML whose aliases come to an end: Maximum call stack size exceeded',
  ],
])('%s is a fault that says where, and nothing is changed', (_, text, fault) => {
  expect(injected(text)).toEqual({ text, notes: [], faults: [fault] });
});

/** What was in the text and is not any more. */
function gone(before: string, after: string): string[] {
  const lines = new Set(after.split('\n'));
  return before.split('\n').filter((line) => !lines.has(line));
}

describe('all that is not injected stays as it was written', () => {
  const odd = `# before
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  minReadySeconds: 1_0
  template:
    metadata:
      annotations:
        fourfold.dev/inject: support
    spec:
      terminationGracePeriodSeconds: 12345678901234567890
      hostNetwork: no
      volumes:
        - name: keys
          secret: {secretName: k, defaultMode: 0400}
        - name: scripts
          configMap: { name: s, defaultMode: 0755 }
      containers:
        - name: app
          image: "app\\u003a1"
          args: ["--a-very-long-argument-of-more-than-eighty-columns", and another one that goes on and on, "x"]
          command:
            - one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
            - >
              folded where
              its author wanted

            - "two
              lines"
          resources: {limits: {cpu: 1.10}} # why
`;

  it('numbers, quotes and lines of a pod', () => {
    const { text, faults } = injected(odd);
    expect(faults).toEqual([]);
    expect(gone(odd, text)).toEqual([]);
    expect(parse(text).spec.template.spec.initContainers).toHaveLength(1);
  });

  it('lists that are not indented', () => {
    const text = `kind: Pod
metadata:
  name: app
  annotations:
    fourfold.dev/inject: support
spec:
  containers:
  - name: app
    command:
    - sh
    - |
      true
`;
    expect(gone(text, injected(text).text)).toEqual([]);
  });

  it('lines that end as on Windows', () => {
    const text = odd.replaceAll('\n', '\r\n');
    const after = injected(text).text;
    expect(gone(text, after)).toEqual([]);
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('other documents, byte for byte', () => {
    const others = [
      '# only a comment\n',
      'apiVersion: v1\nkind: ConfigMap   # why\n\n\ndata: {n: 12345678901234567890,   m:   0400}\n',
      '"a": >\n   1\n   2\n...\n# between\n',
    ];
    const { text } = injected([others[1], deployment, others[2], others[0]].join('---\n'));
    for (const each of others) expect(text).toContain(each);
    for (const each of others) expect(injected(each)).toEqual({ text: each, notes: [], faults: [] });
  });

  it('JSON', () => {
    const given = `${JSON.stringify({ kind: 'List', items: [parse(deployment), { kind: 'Other', of: [1, null] }] }, null, 4)}\n`;
    const { text } = injected(given);
    expect(`${JSON.stringify(JSON.parse(text), null, 4)}\n`).toBe(text);
    expect(JSON.parse(text).items[1]).toEqual({ kind: 'Other', of: [1, null] });
    expect(JSON.parse(text).items[0].spec.template.spec.initContainers).toHaveLength(1);
  });
});

describe('what YAML shares is not lost, and not changed with', () => {
  const pod = (containers: string) => `apiVersion: v1
kind: Pod
x-common: &common
  image: app:1
  env: &env
    - {name: A, value: "0400"}
metadata: {name: app, annotations: {fourfold.dev/inject: support}}
spec:
  containers:
${containers}`;
  const own = { name: 'A', value: '0400' };

  it('variables that a container gets by a merge key', () => {
    const { text, faults } = injected(pod('    - <<: *common\n      name: app\n'));
    expect(faults).toEqual([]);
    const [app] = parse(text).spec.containers;
    expect(app).toMatchObject({ image: 'app:1', name: 'app' });
    expect(app.env[0]).toEqual(own);
    expect(app.env.length).toBeGreaterThan(1);
  });

  it('a list that two containers have, of which one is chosen', () => {
    const containers = '    - {name: app, env: *env}\n    - {name: other, env: *env}\n';
    const chosen = pod(containers).replace('support}', 'support, fourfold.dev/containers: app}');
    const { text, faults } = injected(chosen);
    expect(faults).toEqual([]);
    const { spec, 'x-common': common } = parse(text);
    expect(spec.containers[0].env.length).toBeGreaterThan(1);
    expect(spec.containers[1].env).toEqual([own]);
    expect(common.env).toEqual([own]);
  });

  it('anchors that have nothing to do with it', () => {
    const text = pod('    - name: app\n      image: &image "app:1"\n      command: [*image]\n');
    expect(gone(text.replace('support}', ''), injected(text).text)).toHaveLength(1);
  });
});

it('a field without a value is one that is not there, as kubectl has it', () => {
  const { text, faults } = injected(`apiVersion: v1
kind: Pod
metadata:
  name: app
  labels:
  annotations: {fourfold.dev/inject: support}
spec:
  volumes:
  initContainers:
  containers:
    - name: app
      env:
      envFrom:
      ports: null
`);
  expect(faults).toEqual([]);
  const { metadata, spec } = parse(text);
  expect(metadata.labels['fourfold.dev/injected']).toBe('true');
  expect(spec.initContainers).toHaveLength(1);
  expect(spec.volumes).toHaveLength(3);
  expect(spec.containers[0].env.length).toBeGreaterThan(0);
});

describe('the namespace, by which Redis and its keys are named', () => {
  const variables = (text: string): Record<string, string> =>
    Object.fromEntries(
      parse(text).spec.template.spec.initContainers[0].env.map(
        ({ name, value }: { name: string; value: string }) => [name, value],
      ),
    );
  const cache = (namespace: string): SemanticCache => ({
    apiVersion: 'fourfold.dev/v1alpha1',
    kind: 'SemanticCache',
    metadata: { name: 'support', namespace },
    spec: {},
  });
  const of = (given: Partial<Given>, text = deployment) =>
    injectManifests(text, { caches: [], release, ...given });
  const named = deployment.replace('{name: app}', '{name: app, namespace: own}');

  it.each([
    [
      'what the workload says',
      'own',
      of({ namespace: 'shop', caches: [cache('own'), cache('shop')] }, named),
    ],
    ['else what is given', 'shop', of({ namespace: 'shop', caches: [cache('shop'), cache('other')] })],
    ['else that of the only cache of the name', 'other', of({ caches: [cache('other')] })],
  ])('%s', (_, namespace, { text, faults }) => {
    expect(faults).toEqual([]);
    expect(variables(text).FOURFOLD_STORE).toContain(`support-redis.${namespace}.svc`);
    expect(variables(text).FOURFOLD_REDIS_PREFIX).toBe(`${namespace}:support:`);
  });

  it('a cache of another namespace is not taken', () => {
    const { notes } = of({ namespace: 'shop', caches: [cache('other')] });
    expect(notes).toEqual([expect.stringContaining('not among the manifests')]);
  });

  it.each([
    ['nothing says', []],
    ['two caches of the name have different ones', [cache('shop'), cache('other')]],
    ['the cache has none either', [cache('')]],
  ])('a fault where %s', (_, caches) => {
    expect(of({ caches })).toEqual({
      text: deployment,
      notes: [],
      faults: ['Deployment app: metadata.namespace: expected that of the pods, or -n with it, found none'],
    });
  });
});

it('a workload of an unknown kind that asks is left as it is, with a note', () => {
  const rollout = deployment.replace('kind: Deployment', 'kind: Rollout');
  expect(injected(rollout)).toEqual({
    text: rollout,
    notes: [
      'Rollout app: left as it is: pods of this kind get a sidecar only when they are made, by the webhook or the policy',
    ],
    faults: [],
  });
  expect(injected(rollout.replace('support', '"false"')).notes).toEqual([]);
});
