import { annotations, labels } from '../../crds/names.ts';
import { routes } from '../webhook/route.ts';
import { segment } from '../webhook/rule.ts';
import { text, texts } from './cel.ts';
import { given } from './injected.ts';
import { fieldsOfCache } from './parameters.ts';
import { routeNames } from './routing.ts';

const operation = (path: string, value: string, op = 'add'): string =>
  `JSONPatch{op: ${text(op)}, path: ${path}, value: ${value}}`;
const where = (condition: string, list: string): string => `(${condition} ? ${list} : [])`;

/** `raised` of the webhook, where the pod has an amount. */
function grown(kind: 'requests' | 'limits', what: 'cpu' | 'memory'): string {
  const own = `variables.${what}[${kind === 'requests' ? 0 : 1}]`;
  const present = `object.spec.?resources.?${kind}[?${text(what)}]`;
  const whole = (amount: string) =>
    `int(quantity(${amount}).asApproximateFloat() * ${what === 'cpu' ? '1000.0' : '1.0'} + 0.5)`;
  const sum = `${whole(`string(${present}.value())`)} + ${whole(own)}`;
  const mebibytes = `(${sum}) % ${2 ** 20} == 0 ? string((${sum}) / ${2 ** 20}) + 'Mi' : string(${sum})`;
  const value = what === 'cpu' ? `string(${sum}) + 'm'` : mebibytes;
  return where(
    `variables.own.size() == 0 && ${present}.hasValue()`,
    `[${operation(text(`/spec/resources/${kind}/${what}`), value, 'replace')}]`,
  );
}

const budget = (['requests', 'limits'] as const)
  .flatMap((kind) => (['cpu', 'memory'] as const).map((what) => grown(kind, what)))
  .join('\n      + ');

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
  .map((route) => {
    const name = routeNames.get(route);
    const { variables, instead } = route;
    const own =
      instead === undefined
        ? texts(variables)
        : `(c.name in variables.${name}Instead ? ${texts(instead.variables)} : ${texts(variables)})`;
    return where(`c.name in variables.${name}Containers`, own);
  })
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
const annotated = (name: string, value: string): string =>
  `[${operation(text(`/metadata/annotations/${segment(name)}`), value)}]`;

export const written = (value: string): string =>
  [
    where('!has(object.metadata.annotations)', `[${operation("'/metadata/annotations'", '{}')}]`),
    annotated(annotations.status, value),
  ].join('\n      + ');

// An operator of the version before has not given it yet, and a pod is injected nevertheless.
const startHash = where(
  `variables.own.size() == 0 && variables.at + ${text(`.${fieldsOfCache.startHash}`)} in params.data`,
  annotated(annotations.startHash, given('startHash')),
);

/** The rules of the webhook, as one patch; in their order. */
export const patch: string = [
  budget,
  `(${ofContainer})`,
  appended('volumes', 'variables.volumes'),
  appended('imagePullSecrets', pullSecrets),
  routed('variables.init', 'variables.own.size() == 0 ? i + 1 : i'),
  routed('object.spec.containers', 'i'),
  labelled,
  written(text('injected')),
  startHash,
].join('\n      + ');
