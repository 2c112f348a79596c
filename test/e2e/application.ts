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

/** An application that runs on, asks what it is asked (`/ask?q=…`), and wants a sidecar of that cache; and its Service. */
export const application = (
  name: string,
  cache: string,
  { replicas = 1, image = 'localhost/sample:1' } = {},
) => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { 'fourfold.dev/inject': cache } },
        spec: {
          containers: [
            {
              name: 'app',
              image,
              env: [{ name: 'OPENAI_BASE_URL', value: 'http://provider/v1' }],
              readinessProbe: { httpGet: { port: 8080, path: '/' }, periodSeconds: 1 },
              // Until every node knows that no more requests belong here.
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
              securityContext: restricted,
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  },
];

/** A question to that application from inside its own pod. */
export const asked = (question: string) => get(`http://127.0.0.1:8080/ask?q=${encodeURIComponent(question)}`);

/**
 * Asks the application at `base` without a pause for so long, or until `enough` is run in the same pod, and tells at the end: how
 * many were answered, in which phases, and what the others met. A connection for each question: one that is kept may be closed
 * by a pod that leaves.
 */
export const asking = (question: string, seconds: number, base = 'http://127.0.0.1:8080') => [
  '/usr/local/bin/node',
  '-e',
  `const { createServer, get } = require('node:http');
   const told = { answered: 0, failed: [], phases: {} };
   let end = Date.now() + ${seconds * 1000};
   createServer((_, response) => { end = 0; response.end('enough'); }).listen(${enoughPort}, '127.0.0.1').unref();
   const again = () => (Date.now() < end ? setTimeout(ask, 50) : console.log(JSON.stringify(told)));
   const fail = (what) => { told.failed.push(new Date().toISOString() + ' ' + what); again(); };
   function ask() {
     get('${base}/ask?q=' + encodeURIComponent('${question}'), { agent: false }, (response) => {
       let text = '';
       response.on('data', (piece) => { text += piece; });
       response.on('error', (error) => fail(error.message));
       response.on('end', () => {
         if (response.statusCode !== 200) return fail(text);
         const { phase } = JSON.parse(text);
         told.answered++;
         told.phases[phase] = (told.phases[phase] ?? 0) + 1;
         again();
       });
     }).on('error', (error) => fail(error.message));
   }
   ask();`,
];

const enoughPort = 9_099;

/** What `asking` was told to find out is found out. */
export const enough = get(`http://127.0.0.1:${enoughPort}/`);
