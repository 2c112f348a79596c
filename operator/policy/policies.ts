import { annotations, labels } from '../../crds/names.ts';
import { outsideOperator, within } from '../webhook/namespaces.ts';
import { skipReasons } from '../webhook/reasons.ts';
import { asked, type Way, ways } from './asked.ts';
import { text, type Variable } from './cel.ts';
import { injected } from './injected.ts';
import { parametersName } from './parameters.ts';
import { patch, written } from './patch.ts';
import { routing } from './routing.ts';

export interface PolicyOptions {
  /** Begins the names of all that is made. */
  readonly name: string;
  /** The operator's own pods are there. */
  readonly namespace: string;
  /** Pods are looked at in these alone; none named: in all. */
  readonly watchNamespaces?: readonly string[];
  readonly failurePolicy: 'Ignore' | 'Fail';
  /** Of MutatingAdmissionPolicy: `v1beta1` from Kubernetes 1.34 on, `v1` from 1.36 on. */
  readonly version: 'v1beta1' | 'v1';
}

const group = 'admissionregistration.k8s.io';

/**
 * What does the work of the webhook without one: policies that the API server evaluates itself. Each is there twice, for
 * pods that ask by themselves and, `-by-namespace`, for those whose namespace asks; no other pod is evaluated.
 *
 * - `NAME` injects. Its parameters are the ConfigMap of the pod's namespace, which the operator writes.
 * - `NAME-without-cache` says `skipped` on pods that ask where there is no such ConfigMap; a policy with parameters is not
 *   evaluated there.
 * - `NAME-refused` refuses what a pod's author wrote wrongly, and with `Fail` pods that the others could not look at; a
 *   policy that mutates can refuse nothing by its own words.
 * - `NAME-warned` warns of a pod that was skipped.
 */
export function policies(options: PolicyOptions): object[] {
  return ways
    .flatMap((way) => policiesOf(options, way))
    .map((object) => ({
      apiVersion: `${group}/${object.kind.startsWith('Mutating') ? options.version : 'v1'}`,
      ...object,
    }));
}

const status = `variables.said[?${text(annotations.status)}].orValue('')`;
const notEvaluated = 'skipped: not-evaluated';

function policiesOf(options: PolicyOptions, way: Way) {
  const name = `${options.name}${way.suffix}`;
  return [
    ...mutating(options, way, name, {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      variables: [...asked, ...routing, ...skip, ...injected],
      expressions: [
        // Stays where the other cannot be evaluated: nothing that it needs comes from the parameters.
        `variables.fault != '' || variables.own.size() > 0 ? []
      : ${written(text(notEvaluated))}`,
        `variables.fault != '' ? []
      : variables.skip != '' ? ${written("'skipped: ' + variables.skip")}
      : ${patch}`,
      ],
    }),
    ...mutating(options, way, `${name}-without-cache`, {
      variables: [
        ...asked,
        { name: 'skip', expression: 'variables.obstacle != "" ? variables.obstacle : "no-cache"' },
      ],
      // The other policy may have been first, and knows better.
      expressions: [
        `variables.fault != '' || variables.own.size() > 0
        || (variables.skip == 'no-cache' && ${status}.startsWith('skipped: ')) ? []
      : ${written("'skipped: ' + variables.skip")}`,
      ],
    }),
    ...validating(options.failurePolicy, options, way, `${name}-refused`, 'Deny', {
      variables: asked.slice(0, asked.findIndex((each) => each.name === 'own') + 1),
      validations: [
        { expression: "variables.fault == ''", messageExpression: "'fourfold: ' + variables.fault" },
        ...(options.failurePolicy === 'Ignore'
          ? []
          : [
              {
                expression: `variables.fault != '' || variables.own.size() > 0
        || ${status}.startsWith('skipped: ') && ${status} != ${text(notEvaluated)}`,
                message: `fourfold: the policy ${name} could not be evaluated, and failurePolicy is Fail`,
              },
            ]),
      ],
    }),
    ...validating('Ignore', options, way, `${name}-warned`, 'Warn', {
      variables: [
        ...asked.slice(0, asked.findIndex((each) => each.name === 'said') + 1),
        { name: 'status', expression: status },
        {
          name: 'meanings',
          expression: `{${Object.entries(skipReasons)
            .map(
              ([word, meaning]) =>
                `${text(`skipped: ${word}`)}: ${text(`fourfold: no sidecar (${word}): ${meaning}`)}`,
            )
            .join(', ')}}`,
        },
      ],
      validations: [
        {
          expression: '!(variables.status in variables.meanings)',
          messageExpression: 'variables.meanings[variables.status]',
        },
      ],
    }),
  ];
}

const skip: readonly Variable[] = [
  {
    // Whoever may write ConfigMaps may have left it without data.
    name: 'caches',
    expression: "params.?data[?'caches'].orValue('').split(',').filter(c, c != '')",
  },
  {
    name: 'noCache',
    expression: `variables.wanted == 'true' ? (variables.caches.size() == 1 ? '' : variables.caches.size() == 0 ? 'no-cache' : 'several-caches')
      : variables.wanted in variables.caches ? '' : 'no-cache'`,
  },
  {
    name: 'at',
    expression:
      "variables.wanted == 'true' ? '0' : string(variables.caches.indexOf(string(variables.wanted)))",
  },
  {
    name: 'skip',
    expression: `variables.obstacle != '' ? variables.obstacle
      : variables.noCache != '' ? variables.noCache
      : variables.chosen.size() == 0 ? 'no-container'
      : variables.differ ? 'upstreams-differ'
      : variables.unclear ? 'sources-differ'
      : variables.tooDeep ? 'references-too-deep'
      : ''`,
  },
];

const podsMade = ({ namespace, watchNamespaces = [] }: PolicyOptions, { ofNamespace }: Way) => ({
  matchPolicy: 'Equivalent',
  namespaceSelector: {
    matchExpressions: [outsideOperator(namespace), ...within(watchNamespaces), ...ofNamespace],
  },
  objectSelector: {},
  resourceRules: [
    {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE'],
      resources: ['pods'],
      scope: 'Namespaced',
    },
  ],
});

/** Of the parameters; a selector cannot say it, and a policy is evaluated for each that it selects. */
const isOurs = { name: 'is-ours', expression: `params.metadata.name == ${text(parametersName)}` };

function mutating(
  options: PolicyOptions,
  way: Way,
  name: string,
  {
    expressions,
    paramKind,
    variables,
  }: { expressions: readonly string[]; paramKind?: object; variables: readonly Variable[] },
) {
  return [
    {
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        // Parameters are gathered before the conditions: what fails there would refuse pods that never asked. `Fail` is
        // the work of `-refused`, which has none.
        failurePolicy: 'Ignore',
        // Another policy or webhook may add a container after us.
        reinvocationPolicy: 'IfNeeded',
        matchConstraints: podsMade(options, way),
        matchConditions: [...way.matchConditions, ...(paramKind === undefined ? [] : [isOurs])],
        ...(paramKind === undefined ? {} : { paramKind }),
        variables,
        mutations: expressions.map((expression) => ({ patchType: 'JSONPatch', jsonPatch: { expression } })),
      },
    },
    {
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: {
        policyName: name,
        ...(paramKind === undefined
          ? {}
          : {
              paramRef: {
                // With the name that `isOurs` asks for: others that have either of them count nothing.
                selector: { matchLabels: { [labels.parameters]: 'true' } },
                parameterNotFoundAction: 'Allow',
              },
            }),
      },
    },
  ];
}

function validating(
  failurePolicy: PolicyOptions['failurePolicy'],
  options: PolicyOptions,
  way: Way,
  name: string,
  action: 'Deny' | 'Warn',
  { variables, validations }: { variables: readonly Variable[]; validations: readonly object[] },
) {
  return [
    {
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy,
        matchConstraints: podsMade(options, way),
        matchConditions: way.matchConditions,
        variables,
        validations,
      },
    },
    {
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: [action] },
    },
  ];
}
