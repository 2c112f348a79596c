import { restricted } from './cluster.ts';

/** What a team runs beside its cache. */

/** A page from inside a pod that has Node and no shell; a Service that is new refuses until the node knows its endpoints. */
export const get = (url: string) => [
  '/usr/local/bin/node',
  '-e',
  `const ask = (left) => fetch('${url}').then((r) => r.text()).then(console.log, (error) => {
    if (left === 0 || error.cause?.code !== 'ECONNREFUSED') throw error;
    setTimeout(ask, 500, left - 1);
  });
  ask(60);`,
];

const labels = { app: 'provider' };

/** A stand-in for the provider, and its Service. */
export const provider = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'provider' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: 'provider', image: 'localhost/provider:1', securityContext: restricted }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'provider' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 7401 }] },
  },
];

/** An application that asks these questions with the official SDK and ends; it wants a sidecar of that cache. */
export const job = (name: string, cache: string, questions: readonly string[]) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { annotations: { 'fourfold.dev/inject': cache } },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'app',
            image: 'localhost/sample:1',
            args: ['ask', ...questions],
            env: [{ name: 'OPENAI_BASE_URL', value: 'http://provider/v1' }],
            securityContext: restricted,
          },
        ],
      },
    },
  },
});
