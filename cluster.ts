import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchKubernetes } from './test/support/kubernetes/fetch.ts';
import { type Local, pack } from './test/support/kubernetes/images/index.ts';
import { kubectl } from './test/support/kubernetes/kubectl.ts';
import { whyNoNode } from './test/support/kubernetes/node/available.ts';
import { isRunning, openCluster } from './test/support/kubernetes/node/cluster.ts';
import { daemons } from './test/support/kubernetes/node/daemon.ts';
import { down } from './test/support/kubernetes/node/down.ts';
import { type Place, placeOf } from './test/support/kubernetes/node/place.ts';
import { up } from './test/support/kubernetes/node/up.ts';
import { operatorName, operatorObjects } from './test/support/kubernetes/operator.ts';
import { nodePrograms } from './test/support/kubernetes/programs.ts';
import { namespaceOf, sampleObjects } from './test/support/kubernetes/sample.ts';

const usage = `npm run cluster              a Kubernetes of one node on this machine, with the operator and a sample application
npm run cluster -- status    what runs of it
npm run cluster -- down      ends it, and removes all that it left
npm run cluster -- images    packs the images of this tree again and loads them

With KUBECONFIG set, both go to that cluster instead, and nothing is started here.
`;

const root = fileURLToPath(new URL('.', import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const [command = 'up', ...rest] = parseArgs({ allowPositionals: true }).positionals;
  const place = placeOf(process.env.FOURFOLD_CLUSTER || 'local');
  if (rest.length > 0 || !['up', 'down', 'status', 'images'].includes(command)) {
    process.stderr.write(`cluster: unknown command: ${[command, ...rest].join(' ')}\n\n${usage}`);
    process.exitCode = 2;
  } else if (command === 'down') {
    await down(place);
    say(`${place.name} is gone`);
  } else if (command === 'status') await status(place);
  else if (command === 'images') await load(place);
  else if (process.env.KUBECONFIG) await elsewhere(process.env.KUBECONFIG);
  else await here(place);
}

async function here(place: Place): Promise<void> {
  if (await isRunning(place)) say(`${place.name} runs already; the images of this tree are loaded again`);
  else {
    await fetchKubernetes({ out: process.stdout, names: nodePrograms });
    const reason = whyNoNode();
    if (reason !== undefined) throw new Error(reason);
    const began = Date.now();
    const pause = archiveOf('pause');
    await pack(['pause'], pause);
    await up(place, pause);
    say(`Kubernetes is ready after ${seconds(began)}`);
  }
  await load(place);
  await install(place.kubeconfig);
  say('');
  say(`export KUBECONFIG=${place.kubeconfig}`);
  say('kubectl get pods --all-namespaces');
  say('kubectl --namespace sample get semanticcaches');
}

/** A cluster that somebody else runs has to get the images its own way. */
async function elsewhere(kubeconfig: string): Promise<void> {
  const archive = archiveOf('images');
  const { names } = await packAll(archive);
  // Before the pods are waited for: they start as soon as their node has the images.
  say(
    `The pods need ${names.join(', ')}, which are in ${archive}. Unless the cluster has them, load them now:`,
  );
  say(`  kind load image-archive ${archive}`);
  say(`  minikube image load ${archive}`);
  await install(kubeconfig);
}

async function load(place: Place): Promise<void> {
  const cluster = await openCluster(place);
  const archive = archiveOf('images');
  const began = Date.now();
  const { names, bytes } = await packAll(archive);
  await cluster.load(archive);
  say(`${names.length} images, ${Math.round(bytes / 1e6)} MB, packed and loaded in ${seconds(began)}:`);
  for (const name of names) say(`  ${name}`);
}

async function packAll(archive: string): Promise<{ names: string[]; bytes: number }> {
  execFileSync(process.execPath, ['build.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const images: readonly Local[] = ['redis', 'sidecar', 'operator', 'provider', 'sample'];
  return pack(images, archive);
}

/** The operator, a cache, and what asks through it. */
async function install(kubeconfig: string): Promise<void> {
  const run = (...args: string[]) => kubectl(kubeconfig, args, { withinMs: 200_000 });
  const apply = (items: readonly object[]) =>
    kubectl(kubeconfig, ['apply', '-f', '-'], {
      stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
  await apply([namespaceOf('fourfold-system'), ...operatorObjects('fourfold-system')]);
  await run(
    '--namespace',
    'fourfold-system',
    'rollout',
    'status',
    '--timeout=120s',
    `deployment/${operatorName}`,
  );
  // The cache first: a pod that asks for one that is not there starts without.
  await apply([namespaceOf('sample')]);
  await run('--namespace', 'sample', 'apply', '-f', join(root, 'docs/examples/minimal.yaml'));
  await apply(sampleObjects);
  for (const name of ['provider', 'sample']) {
    await run('--namespace', 'sample', 'rollout', 'status', '--timeout=120s', `deployment/${name}`);
  }
  await run(
    '--namespace',
    'sample',
    'wait',
    '--for=condition=Ready',
    '--timeout=180s',
    'semanticcache/support',
  );
  say(
    'The operator runs in fourfold-system; the cache support, an application and a stand-in provider in sample',
  );
}

async function status(place: Place): Promise<void> {
  const parts = await daemons(place);
  if (parts.length === 0) {
    say(`${place.name} does not run`);
    process.exitCode = 1;
    return;
  }
  for (const { name, pid, running } of parts) say(`${name.padEnd(20)} ${running ? pid : 'has ended'}`);
  say(`logs in ${join(place.folder, 'logs')}`);
  say(await kubectl(place.kubeconfig, ['get', 'nodes,pods', '--all-namespaces'], { withinMs: 10_000 }));
  if (!(await isRunning(place))) process.exitCode = 1;
}

const archiveOf = (name: string) => join(root, `.cache/images/${name}.tar`);
const seconds = (began: number) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

await main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
