import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

// Loaded into the measured server with --import: on SIGUSR2 it writes the event loop's delay since the last time, in
// milliseconds, into the file that BENCH_LOOP_DELAY names. A healthy loop shows the timer's own 1 ms.
const file = process.env.BENCH_LOOP_DELAY;
if (isMainThread && file !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  process.on('SIGUSR2', () => {
    const { max } = histogram;
    writeFileSync(
      file,
      JSON.stringify({ p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(max) }),
    );
    histogram.reset();
  });
}

function ms(nanoseconds) {
  return nanoseconds / 1e6;
}
