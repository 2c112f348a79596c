import { ApiObject, JsonPatch } from 'cdk8s';
import { parseDuration } from '../../crds/duration.ts';
import { cacheLabel, labels, ports } from '../../crds/names.ts';
import type { CacheObject } from './cache.ts';

/** For the Prometheus operator, where somebody wants it and the cluster knows the kind. */
export const podMonitor: CacheObject = (chart, { cache, names, spec, facts }) => {
  const monitor = spec.sidecar.podMonitor;
  if (!monitor.enabled || !facts.podMonitors) return;
  const object = new ApiObject(chart, 'pod-monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: names.sidecar, labels: { ...monitor.labels } },
  });
  object.addJsonPatch(
    JsonPatch.add('/spec', {
      selector: {
        matchLabels: { [labels.cache]: cacheLabel(cache.metadata.name), [labels.injected]: 'true' },
      },
      // So that a dashboard can tell one cache from another.
      podTargetLabels: [labels.cache],
      podMetricsEndpoints: [
        { targetPort: ports.sidecarAdmin, path: '/metrics', interval: wholeSeconds(monitor.interval) },
      ],
    }),
  );
};

/** Prometheus reads `30s` and no fraction. */
const wholeSeconds = (duration: string | number) =>
  `${Math.max(1, Math.round(parseDuration(String(duration)) ?? 30))}s`;
