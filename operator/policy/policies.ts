import { annotations } from '../../crds/names.ts';
import { skipReasons } from '../webhook/reasons.ts';
import { asked, matchConditions } from './asked.ts';
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
  readonly failurePolicy: 'Ignore' | 'Fail';
  /** Of MutatingAdmissionPolicy: `v1beta1` from Kubernetes 1.34 on, `v1` from 1.36 on. */
  readonly version: 'v1beta1' | 'v1';
}

const group = 'admissionregistration.k8s.io';

/**
 * What does the work of the webhook without one: policies that the API server evaluates itself.
 *
 * - `NAME` injects. Its parameters are the ConfigMap of the pod's namespace, which the operator writes.
 * - `NAME-without-cache` says `skipped` on pods that ask where there is no such ConfigMap; a policy with parameters is not
 *   evaluated there.
 * - `NAME-refused` refuses what a pod's author wrote wrongly; a policy that mutates can refuse nothing.
 * - `NAME-warned` warns of a pod that was skipped.
 */
export function policies(options: PolicyOptions): object[] {
  const { name, version } = options;
  return [
    ...mutating(options, name, {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      variables: [...asked, ...routing, ...skip, ...injected],
      expression: `!variables.asks || variables.fault != '' ? []
      : variables.skip != '' ? ${written("'skipped: ' + variables.skip")}
      : ${patch}`,
    }),
    ...mutating(options, `${name}-without-cache`, {
      variables: [
        ...asked,
        { name: 'skip', expression: 'variables.obstacle != "" ? variables.obstacle : "no-cache"' },
      ],
      // The other policy may have been first, and knows better.
      expression: `!variables.asks || variables.fault != '' || variables.own.size() > 0
        || (variables.skip == 'no-cache' && variables.said[?${text(annotations.status)}].orValue('').startsWith('skipped: ')) ? []
      : ${written("'skipped: ' + variables.skip")}`,
    }),
    ...validating(options, `${name}-refused`, 'Deny', {
      variables: asked.slice(0, asked.findIndex((each) => each.name === 'fault') + 1),
      expression: "!variables.asks || variables.fault == ''",
      messageExpression: "'fourfold: ' + variables.fault",
    }),
    ...validating(options, `${name}-warned`, 'Warn', {
      variables: [
        ...asked.slice(0, asked.findIndex((each) => each.name === 'asks') + 1),
        {
          name: 'status',
          expression: `variables.said[?${text(annotations.status)}].orValue('')`,
        },
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
      expression: '!variables.asks || !(variables.status in variables.meanings)',
      messageExpression: 'variables.meanings[variables.status]',
    }),
  ].map((object) => ({
    apiVersion: `${group}/${object.kind.startsWith('Mutating') ? version : 'v1'}`,
    ...object,
  }));
}

const skip: readonly Variable[] = [
  { name: 'caches', expression: "params.data['caches'].split(',')" },
  {
    name: 'noCache',
    expression: `variables.wanted == 'true' ? (variables.caches.size() == 1 ? '' : 'several-caches')
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
      : variables.tooDeep ? 'references-too-deep'
      : ''`,
  },
];

const podsMade = (namespace: string) => ({
  matchPolicy: 'Equivalent',
  namespaceSelector: {
    matchExpressions: [
      // A cluster must come up, and the operator with it, whatever a policy says.
      {
        key: 'kubernetes.io/metadata.name',
        operator: 'NotIn',
        values: ['kube-system', 'kube-node-lease', namespace].toSorted(),
      },
    ],
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

function mutating(
  { namespace, failurePolicy }: PolicyOptions,
  name: string,
  {
    expression,
    paramKind,
    variables,
  }: { expression: string; paramKind?: object; variables: readonly Variable[] },
) {
  return [
    {
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy,
        // Another policy or webhook may add a container after us.
        reinvocationPolicy: 'IfNeeded',
        matchConstraints: podsMade(namespace),
        matchConditions,
        ...(paramKind === undefined ? {} : { paramKind }),
        variables,
        mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
      },
    },
    {
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: {
        policyName: name,
        ...(paramKind === undefined
          ? {}
          : { paramRef: { name: parametersName, parameterNotFoundAction: 'Allow' } }),
      },
    },
  ];
}

function validating(
  { namespace, failurePolicy }: PolicyOptions,
  name: string,
  action: 'Deny' | 'Warn',
  {
    variables,
    ...validation
  }: { variables: readonly Variable[]; expression: string; messageExpression: string },
) {
  return [
    {
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy,
        matchConstraints: podsMade(namespace),
        matchConditions,
        variables,
        validations: [validation],
      },
    },
    {
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: [action] },
    },
  ];
}
