import { environment } from '../../crds/environment.ts';
import { annotations, labels } from '../../crds/names.ts';
import { resolve } from '../../crds/semantic-cache.ts';
import { fields } from '../webhook/overrides.ts';
import { routes } from '../webhook/route.ts';
import type { Plan } from '../webhook/rule.ts';
import { segment } from '../webhook/rule.ts';
import { sidecar } from '../webhook/rules/container.ts';
import { mounts, volumesOf } from '../webhook/rules/volumes.ts';
import { literal, text, texts, type Variable } from './cel.ts';
import { fieldsOfCache } from './parameters.ts';
import { routeNames } from './routing.ts';

/** What a cache gives to its pods, of the ConfigMap that the operator writes: see `parameters.ts`. */
const given = (field: keyof typeof fieldsOfCache): string =>
  `params.data[variables.at + ${text(`.${fieldsOfCache[field]}`)}]`;

/** A plan of which the fields that a cache decides are names of expressions. */
const holes = new Map([
  ['IMAGE', given('image')],
  ['POLICY', given('imagePullPolicy')],
  ['hole-sidecar', given('configMap')],
  ['SECRET', given('secret')],
]);
const planned = {
  cache: 'hole',
  namespace: '',
  image: 'IMAGE',
  store: '',
  native: true,
  spec: resolve({}),
  overrides: { env: {}, resources: { requests: {}, limits: {} } },
  routing: { upstreams: [], containers: new Map() },
} satisfies Plan;
const withSecret: Plan = {
  ...planned,
  spec: {
    ...planned.spec,
    external: { url: '', secretRef: { name: 'SECRET' } },
    sidecar: { ...planned.spec.sidecar, imagePullPolicy: 'POLICY' as 'Always' },
  },
};
const withoutSecret = { ...withSecret, spec: { ...withSecret.spec, external: { url: '' } } };

const eitherSecret = (of: (plan: Plan) => unknown): string =>
  `(${given('secret')} == '' ? ${literal(of(withoutSecret), holes)} : ${literal(of(withSecret), holes)})`;

/** Requests and limits as `resourcesOf` pairs them. */
function amountsOf(what: 'cpu' | 'memory'): Variable {
  const [request, limit] = [annotations[`${what}Request`], annotations[`${what}Limit`]];
  const own = (annotation: string, other: string) =>
    `(${text(annotation)} in variables.said ? variables.said[${text(annotation)}] : ${other})`;
  const asked = own(request, given(`${what}Request`));
  const most = own(limit, given(`${what}Limit`));
  return {
    name: what,
    expression: `quantity(${asked}).compareTo(quantity(${most})) <= 0 ? [${asked}, ${most}]
      : ${text(limit)} in variables.said ? [${most}, ${most}] : [${asked}, ${asked}]`,
  };
}

const entries = (lines: string): string =>
  `${lines}.map(l, dyn({'name': dyn(l.substring(0, l.indexOf('='))), 'value': dyn(l.substring(l.indexOf('=') + 1))}))`;

const overridden = Object.entries(fields)
  .map(([annotation, field]) => {
    const entry = `[dyn({'name': dyn(${text(environment[field] as string)}), 'value': dyn(variables.said[${text(annotation)}])})]`;
    return `(${text(annotation)} in variables.said ? ${entry} : [])`;
  })
  .join('\n      + ');

const container: Variable = {
  name: 'sidecar',
  expression: literal(
    { ...sidecar(withSecret), env: 'ENV', resources: 'RESOURCES', volumeMounts: 'MOUNTS' },
    new Map([
      ...holes,
      ['ENV', 'variables.env'],
      [
        'RESOURCES',
        "{'requests': dyn({'cpu': dyn(variables.cpu[0]), 'memory': dyn(variables.memory[0])}), 'limits': dyn({'cpu': dyn(variables.cpu[1]), 'memory': dyn(variables.memory[1])})}",
      ],
      ['MOUNTS', eitherSecret(mounts)],
    ]),
  ),
};

export const injected: readonly Variable[] = [
  {
    name: 'env',
    expression: `${entries(`${given('env')}.split('\\n')`)}
      + ${overridden}
      + ${[...routeNames.values()].map((name) => `variables.${name}Place`).join(' + ')}`,
  },
  amountsOf('cpu'),
  amountsOf('memory'),
  container,
  { name: 'volumes', expression: eitherSecret(volumesOf) },
  {
    name: 'addresses',
    expression: `{${routes.flatMap(({ variables, address }) => variables.map((name) => `${text(name)}: ${text(address)}`)).join(', ')}}`,
  },
];

const operation = (path: string, value: string, op = 'add'): string =>
  `JSONPatch{op: ${text(op)}, path: ${path}, value: ${value}}`;
const where = (condition: string, list: string): string => `(${condition} ? ${list} : [])`;

const ofContainer = 'variables.own.size() > 0 ? [] : has(object.spec.initContainers)'.concat(
  ` ? [${operation("'/spec/initContainers/0'", 'variables.sidecar')}]`,
  ` : [${operation("'/spec/initContainers'", '[variables.sidecar]')}]`,
);

/** Appends what a list has not, by name. */
function appended(field: string, wanted: string): string {
  const isMissing = `(!has(object.spec.${field}) || !object.spec.${field}.exists(p, p.name == w.name))`;
  const missing = `${wanted}.filter(w, ${isMissing})`;
  const list = operation(text(`/spec/${field}`), '[]');
  return [
    where(`!has(object.spec.${field}) && ${missing}.size() > 0`, `[${list}]`),
    `${missing}.map(w, ${operation(text(`/spec/${field}/-`), 'w')})`,
  ].join('\n      + ');
}

const pullSecrets = `${given('pullSecrets')}.split(',').filter(n, n != '').map(n, {'name': n})`;

/** The variables of one container that lead to the sidecar from now on. */
const settings = routes
  .map((route) => where(`c.name in variables.${routeNames.get(route)}Containers`, texts(route.variables)))
  .join(' + ');

/** The whole list of a container's variables, where any of them has to change: those that are there keep their places. */
function routed(field: string, shift: string): string {
  const env = 'c.?env.orValue([])';
  const set = (name: string) => `dyn({'name': dyn(${name}), 'value': dyn(variables.addresses[${name}])})`;
  const isMissing = `!${env}.exists(e, e.name == n)`;
  const isOther = `${env}.exists(e, e.name == n && e.?value.orValue('') != variables.addresses[n])`;
  const list = `${env}.map(e, e.name in (${settings}) ? ${set('e.name')} : dyn(e)) + (${settings}).filter(n, ${isMissing}).map(n, ${set('n')})`;
  return `${field}.transformList(i, c, (${settings}).exists(n, ${isMissing} || ${isOther}),
        ${operation(`'/spec/${field.endsWith('init') ? 'initContainers' : 'containers'}/' + string(${shift}) + '/env'`, list)})`;
}

const labelsOf: readonly (readonly [string, string])[] = [
  [labels.injected, text('true')],
  [labels.cache, given('label')],
];

const labelled = [
  where('!has(object.metadata.labels)', `[${operation("'/metadata/labels'", '{}')}]`),
  ...labelsOf.map(([name, value]) => `[${operation(text(`/metadata/labels/${segment(name)}`), value)}]`),
].join('\n      + ');

/** What is written on the pod. */
export const written = (value: string): string =>
  [
    where('!has(object.metadata.annotations)', `[${operation("'/metadata/annotations'", '{}')}]`),
    `[${operation(text(`/metadata/annotations/${segment(annotations.status)}`), value)}]`,
  ].join('\n      + ');

/** The rules of the webhook, as one patch; in their order. */
export const patch: string = [
  `(${ofContainer})`,
  appended('volumes', 'variables.volumes'),
  appended('imagePullSecrets', pullSecrets),
  routed('variables.init', 'variables.own.size() == 0 ? i + 1 : i'),
  routed('object.spec.containers', 'i'),
  labelled,
  written(text('injected')),
].join('\n      + ');
