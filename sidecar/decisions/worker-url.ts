/** The worker's file: beside this one in the sources, and under its own name beside the bundle. */
export const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './decision-log-worker.js',
  import.meta.url,
);
