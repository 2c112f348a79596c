import { annotations, labels } from '../../crds/names.ts';
import { ownMark, ownPorts, sidecarName, systemLabel } from '../webhook/decide.ts';
import { text, texts, type Variable } from './cel.ts';
import { faults } from './faults.ts';

/**
 * `decide` of the webhook, up to the caches, as variables of a policy. What differs is in docs/reference.md, and in the
 * golden suite of `test/cluster/policy.test.ts`, which compares the two pod by pod.
 */
export const asked: readonly Variable[] = [
  {
    name: 'said',
    expression: 'has(object.metadata.annotations) ? object.metadata.annotations : {}',
  },
  { name: 'namespaceLabels', expression: 'namespaceObject.metadata.?labels.orValue({})' },
  {
    name: 'wanted',
    expression: `${text(annotations.inject)} in variables.said ? variables.said[${text(annotations.inject)}]
      : ${text(labels.inject)} in variables.namespaceLabels ? variables.namespaceLabels[${text(labels.inject)}] : ''`,
  },
  { name: 'fault', expression: faults },
  {
    name: 'init',
    expression: 'has(object.spec.initContainers) ? object.spec.initContainers : []',
  },
  { name: 'all', expression: 'variables.init + object.spec.containers' },
  {
    name: 'own',
    expression: `variables.all.filter(c, c.name == ${text(sidecarName)} && has(c.env)
      && c.env.exists(e, e.name == ${text(ownMark)}))`,
  },
  {
    name: 'nodeTerms',
    expression:
      'object.spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([])',
  },
  {
    name: 'system',
    expression: `has(object.spec.os) ? object.spec.os.name
      : has(object.spec.nodeSelector) && ${text(systemLabel)} in object.spec.nodeSelector
        ? object.spec.nodeSelector[${text(systemLabel)}]
      : has(object.spec.securityContext) && has(object.spec.securityContext.windowsOptions) ? 'windows'
      : variables.nodeTerms.size() > 0 && variables.nodeTerms.all(t, has(t.matchExpressions) && t.matchExpressions.exists(e,
          e.key == ${text(systemLabel)} && (e.operator == 'In' && !('linux' in e.values) || e.operator == 'NotIn' && 'linux' in e.values)))
        ? 'another than linux' : 'linux'`,
  },
  {
    name: 'obstacle',
    expression: `has(object.spec.hostNetwork) && object.spec.hostNetwork ? 'host-network'
      : variables.system != 'linux' ? 'other-system'
      : variables.all.filter(c, c.name == ${text(sidecarName)}).size() > variables.own.size() ? 'injected-already'
      : variables.all.exists(c, c.name != ${text(sidecarName)} && has(c.ports) && c.ports.exists(p,
          p.containerPort in [${Object.values(ownPorts).join(', ')}] && p.?protocol.orValue('TCP') == 'TCP')) ? 'port-taken'
      : ''`,
  },
];

const annotated = `has(object.metadata.annotations) && ${text(annotations.inject)} in object.metadata.annotations`;
const silent = ['', 'false'];

/** How pods ask: only those that do are evaluated. As the webhook has an entry for each, each policy is there for each. */
export interface Way {
  /** Ends the name of the policy. */
  readonly suffix: string;
  /** Of the namespace's labels. */
  readonly ofNamespace: readonly object[];
  /** Variables are not known here. */
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
}

const isNotOfFourfold = {
  name: 'is-not-of-fourfold',
  expression: `!has(object.metadata.labels) || !(${texts([labels.component, labels.operator])}.exists(l, l in object.metadata.labels))`,
};

export const ways: readonly Way[] = [
  {
    suffix: '',
    ofNamespace: [],
    matchConditions: [
      {
        name: 'asks',
        expression: `${annotated} && !(object.metadata.annotations[${text(annotations.inject)}] in ${texts(silent)})`,
      },
      isNotOfFourfold,
    ],
  },
  {
    suffix: '-by-namespace',
    ofNamespace: [
      { key: labels.inject, operator: 'Exists' },
      { key: labels.inject, operator: 'NotIn', values: silent },
    ],
    matchConditions: [{ name: 'says-nothing-itself', expression: `!(${annotated})` }, isNotOfFourfold],
  },
];
