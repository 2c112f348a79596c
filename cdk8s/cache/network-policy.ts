import { k8s } from 'cdk8s-plus-27';
import { cacheLabel, labels, ports } from '../../crds/names.ts';
import type { RedisObject } from './cache.ts';
import { redisLabels } from './redis-labels.ts';

const port = (number: number, protocol = 'TCP') => ({ protocol, port: k8s.IntOrString.fromNumber(number) });

/**
 * Only Redis itself, the operator and injected pods of this cache reach Redis and its sentinels, and Redis reaches nothing
 * but itself and name resolution. As far as the network enforces it: passwords hold in any case.
 */
export const networkPolicy: RedisObject = (chart, { cache, namespace, names, redis, facts }) => {
  const { enabled, clients } = redis.networkPolicy;
  if (!enabled) return;
  const inNamespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
  const themselves = { podSelector: { matchLabels: redisLabels(cache) } };
  const injected = {
    podSelector: {
      matchLabels: { [labels.cache]: cacheLabel(cache.metadata.name), [labels.injected]: 'true' },
    },
  };
  const operator = {
    namespaceSelector: inNamespace(facts.operatorNamespace),
    podSelector: { matchLabels: { [labels.operator]: 'true' } },
  };
  const others = clients.map(({ podLabels, namespaceLabels }) => ({
    namespaceSelector:
      namespaceLabels === undefined ? inNamespace(namespace) : { matchLabels: namespaceLabels },
    podSelector: { matchLabels: podLabels },
  }));
  const redisPorts = [port(ports.redis), port(ports.sentinel)];
  new k8s.KubeNetworkPolicy(chart, 'network-policy', {
    metadata: { name: names.redis },
    spec: {
      podSelector: { matchLabels: redisLabels(cache) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [themselves, injected, operator, ...others], ports: redisPorts }],
      egress: [
        { to: [themselves], ports: redisPorts },
        // Some clusters' DNS pods listen on 5353 behind their Service, and a policy sees the pod's port.
        { ports: [port(53, 'UDP'), port(53), port(5353, 'UDP'), port(5353)] },
      ],
    },
  });
};
