/** Of the namespaces in which pods are looked at: expressions of a label selector, for the webhook and for policies. */
interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn';
  readonly values: readonly string[];
}

/** A label that the API server itself puts on each namespace. */
const key = 'kubernetes.io/metadata.name';

/** A cluster must come up, and the operator with it, whatever becomes of admissions: here no pod is injected. */
export const spared = (operatorNamespace: string): readonly string[] =>
  ['kube-system', 'kube-node-lease', operatorNamespace].toSorted();

export const outsideOperator = (namespace: string): Expression => ({
  key,
  operator: 'NotIn',
  values: spared(namespace),
});

/** Where single namespaces are served, pods of the others are none of our business; none named: all are served. */
export const within = (namespaces: readonly string[]): Expression[] =>
  namespaces.length === 0 ? [] : [{ key, operator: 'In', values: namespaces }];
