import { environment } from '../../crds/environment.ts';
import { annotations } from '../../crds/names.ts';
import { resolve } from '../../crds/semantic-cache.ts';
import { fields } from '../webhook/overrides.ts';
import { routes, type Way } from '../webhook/route.ts';
import type { Plan } from '../webhook/rule.ts';
import { sidecar } from '../webhook/rules/container.ts';
import { mounts, volumesOf } from '../webhook/rules/volumes.ts';
import { literal, text, type Variable } from './cel.ts';
import { fieldsOfCache } from './parameters.ts';
import { routeNames } from './routing.ts';

/** What a cache gives to its pods, of the ConfigMap that the operator writes: see `parameters.ts`. */
export const given = (field: keyof typeof fieldsOfCache): string =>
  `params.data[variables.at + ${text(`.${fieldsOfCache[field]}`)}]`;

/**
 * The container and the volumes are those that the webhook's own functions make, of a plan in which whatever a cache decides
 * is a word that stands for an expression.
 */
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

/** An operator from before the field has not written it. */
const givenOrNot = (field: 'decisionLog' | 'models'): string =>
  `params.data[?(variables.at + ${text(`.${fieldsOfCache[field]}`)})].orValue('')`;
const decisionLog = givenOrNot('decisionLog');
const withDecisionLog: Plan = {
  ...planned,
  spec: {
    ...planned.spec,
    sidecar: { ...planned.spec.sidecar, decisionLog: { size: 'SIZE', logPrompts: false } },
  },
};
/** Of the volumes or mounts that of the decision log, which is the last. */
const ofDecisionLog = (of: (plan: Plan) => readonly unknown[]): string =>
  `(${decisionLog} == '' ? [] : ${literal(of(withDecisionLog).slice(-1), new Map([['SIZE', decisionLog]]))})`;

const withModels: Plan = {
  ...planned,
  spec: { ...planned.spec, verifier: { ...planned.spec.verifier, repository: '' } },
};
/** Likewise that of models. */
const ofModels = (of: (plan: Plan) => readonly unknown[]): string =>
  `(${givenOrNot('models')} == '' ? [] : ${literal(of(withModels).slice(-1))})`;

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
      ['MOUNTS', `${eitherSecret(mounts)} + ${ofDecisionLog(mounts)} + ${ofModels(mounts)}`],
    ]),
  ),
};

const ways: readonly Way[] = routes.flatMap(({ instead, ...route }) => [
  route,
  ...(instead ? [instead] : []),
]);

/** What a pod is injected with, as variables of a policy; `patch.ts` puts it there. */
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
  {
    name: 'volumes',
    expression: `${eitherSecret(volumesOf)} + ${ofDecisionLog(volumesOf)} + ${ofModels(volumesOf)}`,
  },
  {
    name: 'addresses',
    expression: `{${ways.flatMap(({ variables, address }) => variables.map((name) => `${text(name)}: ${text(address)}`)).join(', ')}}`,
  },
];
