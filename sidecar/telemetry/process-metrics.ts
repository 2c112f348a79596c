import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/**
 * prom-client's metrics of the process. It measures the event loop with a timer, which wakes an idle process a hundred times
 * a second and says at least the timer's period; ours is sampled whenever the loop turns, under the same names.
 */
export function processMetrics(register: Registry): void {
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: never });
  const delay = monitorEventLoopDelay({ samplePerIteration: true, resolution: never });
  delay.enable();
  const gauge = (statistic: string, seconds: () => number) => {
    const name = `nodejs_eventloop_lag_${statistic}_seconds`;
    register.removeSingleMetric(name);
    const help = `How long a turn of the event loop took since the last scrape: ${statistic}.`;
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(seconds());
      },
    });
  };
  // Without a sample, node says the greatest number for the least, and no number for the mean.
  const seconds = (nanoseconds: () => number) => () => (delay.count === 0 ? 0 : nanoseconds() / 1e9);
  gauge(
    'min',
    seconds(() => delay.min),
  );
  gauge(
    'mean',
    seconds(() => delay.mean),
  );
  gauge(
    'stddev',
    seconds(() => delay.stddev),
  );
  gauge(
    'p50',
    seconds(() => delay.percentile(50)),
  );
  gauge(
    'p90',
    seconds(() => delay.percentile(90)),
  );
  gauge(
    'p99',
    seconds(() => delay.percentile(99)),
  );
  gauge('max', () => {
    const longest = seconds(() => delay.max)();
    // The last of them to be read.
    delay.reset();
    return longest;
  });
}

/** Milliseconds; the longest period of a timer. */
const never = 2 ** 31 - 1;
