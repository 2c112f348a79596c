import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { injectManifests } from '../../../../operator/webhook/offline.ts';

const release = { image: 'fourfold/sidecar:test', native: true };
const injected = (text: string) => injectManifests(text, { caches: [], release });

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
])('%s is a fault that says where, and nothing is changed', (_, text, fault) => {
  expect(injected(text)).toEqual({ text, notes: [], faults: [fault] });
});
