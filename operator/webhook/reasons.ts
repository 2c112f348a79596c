/** Why a pod that asked for a sidecar got none: the same word in annotation, event, metric and warning. */
export const skipReasons = {
  'injected-already': 'The pod has a container of that name that is not ours.',
  'no-cache': 'The namespace has no SemanticCache of that name.',
  'several-caches': 'The namespace has several SemanticCaches: `"true"` cannot say which one.',
  'no-container': 'None of the containers that `fourfold.dev/containers` names is in the pod.',
  'host-network': 'The pod uses the network of its node, where the port of another pod may be taken.',
  'port-taken': 'A container of the pod listens on a port of the sidecar.',
  'other-system': 'The pod runs on an operating system that the sidecar does not.',
  'not-evaluated':
    'The policy could not be evaluated, as with a changed ConfigMap; only `injector.mode: policy` knows this.',
  'would-not-end': 'The cluster is older than Kubernetes 1.29, where a Job with a sidecar would never end.',
  'references-too-deep':
    'A base URL refers to variables that refer to others, over more than three steps; only `injector.mode: policy` minds.',
  'upstreams-differ':
    'Two containers send their requests to different providers; route one with `fourfold.dev/containers`.',
  'sources-differ':
    'Containers have different `envFrom`, which may name different providers; say which to route with `fourfold.dev/containers`.',
} as const;

export type SkipReason = keyof typeof skipReasons;
