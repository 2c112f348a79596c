import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeOptions } from '../../images/operator.ts';
import { apiServerIsHere } from '../support/kubernetes/index.ts';
import { eventually } from '../support/operator/eventually.ts';
import {
  cachePath,
  type Found,
  type Installed,
  install,
  semanticCache,
} from '../support/operator/installed.ts';

/** What ships: the bundle, with the bounds of its image. From sources it takes about twice as much. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = join(root, 'dist/fourfold.js');
const caches = 500;
const perNamespace = 50;

describe.skipIf(!apiServerIsHere())('five hundred caches', () => {
  let cluster: Installed;
  beforeAll(async () => {
    if (!existsSync(bundle)) await promisify(execFile)(process.execPath, ['build.ts'], { cwd: root });
    cluster = await install();
  });
  afterAll(() => cluster?.stop());

  it('are all reconciled in bounded memory, with a few requests each, and cost nothing afterwards', {
    timeout: 420_000,
  }, async () => {
    const namespaces = Array.from({ length: caches / perNamespace }, (_, n) => `many-${n}`);
    for (const namespace of namespaces) await cluster.namespace(namespace);
    for (const namespace of namespaces) {
      await Promise.all(
        Array.from({ length: perNamespace }, (_, n) =>
          cluster.api.request(cachePath(namespace), {
            method: 'POST',
            body: semanticCache(namespace, `cache-${n}`, {}),
          }),
        ),
      );
    }
    const child = spawn(process.execPath, [bundle, 'operator'], {
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS: nodeOptions,
        HOME: process.env.HOME,
        KUBECONFIG: await cluster.api.kubeconfigFor(cluster.token),
        FOURFOLD_OPERATOR_NAMESPACE: 'fourfold-system',
        FOURFOLD_OPERATOR_PORT: '0',
        FOURFOLD_OPERATOR_HOST: '127.0.0.1',
        FOURFOLD_OPERATOR_LOG_LEVEL: 'info',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const port = await new Promise<number>((resolve) => {
        createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
          const said = JSON.parse(line);
          if (said.msg === 'started') resolve(said.port);
        });
      });
      const begun = performance.now();
      const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const requests = (text: string) =>
        [...text.matchAll(/^rest_client_requests_total\{method="(?!PUT)\w+",code="\d+"\} (\d+)$/gm)].reduce(
          (sum, [, value]) => sum + Number(value),
          0,
        );
      const done = async () => {
        const { items } = await cluster.get('/apis/fourfold.dev/v1alpha1/semanticcaches');
        return items.every(
          ({ status, metadata }: Found) => status?.observedGeneration === metadata.generation,
        );
      };
      await eventually('all are reconciled', done, 360_000);
      const seconds = (performance.now() - begun) / 1000;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      const before = await metrics();
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      const after = await metrics();
      const megabytes = Number(/^process_resident_memory_bytes (\S+)/m.exec(after)?.[1]) / 1e6;
      const each = requests(before) / caches;
      // The lease is read every two seconds, and a watch may end meanwhile.
      const idle = requests(after) - requests(before);
      console.log(
        `${caches} caches: ${seconds.toFixed(0)} s, ${each.toFixed(1)} requests each, ${megabytes.toFixed(0)} MB, ${idle} requests in 15 idle seconds`,
      );
      expect(each).toBeLessThan(30);
      expect(idle).toBeLessThan(25);
      expect(megabytes).toBeLessThan(200);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });
});
