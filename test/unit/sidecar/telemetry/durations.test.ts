import { Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { Durations } from '../../../../sidecar/telemetry/durations.ts';

it('a scrape reads the same as one of prom-client, whatever was counted', async () => {
  const bounds = [0.00001, 0.0005, 0.5, 300];
  const about = { name: 'a_duration_seconds', help: 'How long it took.' };
  const theirs = new Registry();
  const ours = new Registry();
  const histogram = new Histogram({ ...about, labelNames: ['phase'], buckets: bounds, registers: [theirs] });
  const durations = new Durations({ ...about, label: 'phase', bounds, registers: [ours] });
  expect(await ours.metrics()).toBe(await theirs.metrics());
  for (const phase of ['exact', 'a "phase"\\\n']) {
    for (const seconds of [0, 0.00001, 0.000011, 0.4999, 0.5, 299, 300, 300.1, 1e9]) {
      histogram.observe({ phase }, seconds);
      durations.add(phase, seconds);
    }
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
});
