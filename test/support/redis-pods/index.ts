import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Manifest } from '../../../cdk8s/cache/index.ts';
import type { Locate } from '../../../operator/observe/redis-state.ts';
import { ensureRedisStack } from '../../../sidecar/redis-stack/index.ts';
import { part } from '../require.ts';

/**
 * The pods of a StatefulSet as processes of this machine: the very files of its ConfigMap and Secret, the very commands of its
 * containers, as the same user on a root of its own. Each pod has a loopback address, another one in each life, and a name
 * that is known while the pod exists.
 */
export interface RedisPods {
  /** Starts both containers of a pod; its volume is as it was left. */
  start(ordinal: number): Promise<void>;
  /** Starts one container that has ended. */
  startContainer(ordinal: number, container: Container): void;
  /** SIGKILL of one container, as when it crashes. */
  crash(ordinal: number, container: Container): Promise<void>;
  /** SIGKILL of all, and the name is gone: the node has died. */
  kill(ordinal: number): Promise<void>;
  /** As `kubectl delete pod`: the hook of the container, then SIGTERM. */
  stop(ordinal: number): Promise<void>;
  signal(ordinal: number, container: Container, signal: NodeJS.Signals): void;
  /** The volume is lost. The pod must not run. */
  forget(ordinal: number): Promise<void>;
  /** Takes the rest of the volume, which has a bound then; or gives it back. */
  fill(ordinal: number): Promise<void>;
  empty(ordinal: number): Promise<void>;
  /** Whether a probe of the container succeeds. */
  probe(ordinal: number, what: 'alive' | 'ready', container: Container): Promise<boolean>;
  /** As the user of that name: the answer as redis-cli prints it. @throws where it cannot be asked. */
  redis(ordinal: number, command: readonly string[], as?: Login): Promise<string>;
  sentinel(ordinal: number, command: readonly string[], as?: Login): Promise<string>;
  /** What all sentinels that answer call the primary, as ordinals. */
  primaries(): Promise<number[]>;
  /** Mounts what the operator has applied since. */
  apply(manifests: readonly Manifest[]): Promise<void>;
  log(ordinal: number, container: Container): string;
  /** Where the operator finds a pod. */
  readonly locate: Locate;
  close(): Promise<void>;
}

export type Container = 'redis' | 'sentinel';
export interface Login {
  readonly user: string;
  readonly password: string;
}

export function redisPodsPossible(redisAtHand: boolean): boolean {
  if (!redisAtHand) return false;
  const root = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/unshare');
  return part('redis', root, 'pods as processes need root on Linux, for mounts of their own');
}

interface ContainerSpec {
  readonly name: Container;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
}

let network = 10 + (process.pid % 200);

export interface RedisPodsOptions {
  /** Of each volume; without it they are as large as the disk. */
  readonly volumeMegabytes?: number;
}

export async function createRedisPods(
  manifests: readonly Manifest[],
  { volumeMegabytes }: RedisPodsOptions = {},
): Promise<RedisPods> {
  const stack = await ensureRedisStack({ env: process.env, offline: true });
  const folder = await mkdtemp(join(tmpdir(), 'fourfold-pods-'));
  const net = `127.${network++}`;
  const running = new Map<string, ChildProcess>();
  const addresses = new Map<number, string>();
  let lives = 0;
  let objects = manifests;

  const statefulSet = () => find<StatefulSet>(objects, 'StatefulSet');
  const setName = () => statefulSet().metadata.name;
  const podName = (ordinal: number) => `${setName()}-${ordinal}`;
  const hostName = (ordinal: number) =>
    `${podName(ordinal)}.${statefulSet().spec.serviceName}.${statefulSet().metadata.namespace}.svc`;
  const containers = () => statefulSet().spec.template.spec.containers;
  const secret = () => find<SecretObject>(objects, 'Secret', setName()).data;

  const writeHosts = () =>
    writeFile(
      join(folder, 'hosts'),
      [
        '127.0.0.1 localhost',
        ...[...addresses].map(([each, address]) => `${address} ${hostName(each)}`),
      ].join('\n'),
    );

  const mountConfig = async () => {
    const config = find<ConfigMapObject>(objects, 'ConfigMap', setName()).data;
    for (const [name, text] of Object.entries(config)) await write(join(folder, 'config', name), text, 0o444);
    for (const [name, text] of Object.entries(secret()))
      await write(join(folder, 'secret', name), Buffer.from(text, 'base64').toString(), 0o444);
  };

  await mountConfig();
  await writeHosts();

  const root = async (ordinal: number) => {
    const path = join(folder, `pod-${ordinal}`, 'root');
    if (existsSync(path)) return path;
    for (const each of [
      'usr',
      'dev',
      'proc',
      'tmp',
      'data',
      'etc/alternatives',
      'etc/fourfold/redis',
      'etc/fourfold/secret',
      'opt/redis-stack',
    ])
      await mkdir(join(path, each), { recursive: true });
    for (const each of ['bin', 'lib', 'lib64']) await symlink(`usr/${each}`, join(path, each));
    await write(join(path, 'etc/hosts'), '', 0o644);
    await write(join(path, 'etc/nsswitch.conf'), 'hosts: files\n', 0o644);
    await write(join(path, 'etc/ld.so.cache'), '', 0o644);
    return path;
  };

  const mounted: string[] = [];
  const volume = async (ordinal: number) => {
    const data = join(folder, `pod-${ordinal}`, 'data');
    if (existsSync(data)) return data;
    await mkdir(data, { recursive: true });
    if (volumeMegabytes === undefined) return data;
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${volumeMegabytes}m`, 'tmpfs', data]);
    mounted.push(data);
    return data;
  };
  const unmount = () => {
    for (const data of mounted.splice(0)) execFileSync('umount', ['--lazy', data]);
  };
  process.once('exit', unmount);

  /** Runs a command where a container of the pod runs. */
  const inside = async (
    ordinal: number,
    spec: ContainerSpec,
    command: readonly string[],
  ): Promise<string[]> => {
    const path = await root(ordinal);
    const data = await volume(ordinal);
    const binds = [
      ['/usr', 'usr'],
      ['/dev', 'dev'],
      ['/proc', 'proc'],
      ['/etc/ld.so.cache', 'etc/ld.so.cache'],
      ['/etc/alternatives', 'etc/alternatives'],
      [join(folder, 'hosts'), 'etc/hosts'],
      [join(folder, 'config'), 'etc/fourfold/redis'],
      [join(folder, 'secret'), 'etc/fourfold/secret'],
      [dirname(dirname(stack.server)), 'opt/redis-stack'],
      [data, 'data'],
    ].map(([from, to]) => `mount --rbind '${from}' '${join(path, to ?? '')}'`);
    const values = spec.env.map(({ name, value }) => `${name}=${value ?? podName(ordinal)}`);
    values.push(`BIND=${addresses.get(ordinal)}`);
    const script = [
      'set -e',
      ...binds,
      `chown -R 999:999 '${data}' '${join(path, 'tmp')}'`,
      `exec chroot --userspec=999:999 '${path}' /usr/bin/env -i PATH=/usr/bin:/bin "$@"`,
    ].join('\n');
    return [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      script,
      'sh',
      ...values,
      ...command,
    ];
  };

  const specOf = (container: Container) => {
    const found = containers().find(({ name }) => name === container);
    if (found === undefined) throw new Error(`no container ${container}`);
    return found;
  };

  const logFile = (ordinal: number, container: Container) => join(folder, `${ordinal}-${container}.log`);

  const startContainer = async (ordinal: number, container: Container) => {
    const spec = specOf(container);
    const [file = '', ...args] = await inside(ordinal, spec, spec.command);
    const log = openSync(logFile(ordinal, container), 'a');
    const child = spawn(file, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    running.set(`${ordinal}/${container}`, child);
    const last = () => child.kill('SIGKILL');
    process.once('exit', last);
    child.once('exit', () => process.off('exit', last));
  };

  const end = async (ordinal: number, container: Container, signal: NodeJS.Signals) => {
    const child = running.get(`${ordinal}/${container}`);
    running.delete(`${ordinal}/${container}`);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    child.kill('SIGCONT');
    await exit;
  };

  const gone = async (ordinal: number, signal: NodeJS.Signals) => {
    await Promise.all((['redis', 'sentinel'] as const).map((each) => end(ordinal, each, signal)));
    addresses.delete(ordinal);
    await writeHosts();
  };

  const cli = (port: number) => async (ordinal: number, command: readonly string[], as?: Login) => {
    const operator = {
      user: 'operator',
      password: Buffer.from(secret().operator ?? '', 'base64').toString(),
    };
    const { user, password } = as ?? operator;
    const host = addresses.get(ordinal);
    if (host === undefined) throw new Error(`pod ${ordinal} is not there`);
    const args = ['-h', host, '-p', String(port), '--no-auth-warning', '--user', user, ...command];
    return run(stack.cli, args, { REDISCLI_AUTH: password });
  };
  const redis = cli(6379);
  const sentinel = cli(26379);

  return {
    async start(ordinal) {
      lives++;
      addresses.set(ordinal, `${net}.${lives}.${ordinal + 1}`);
      await writeHosts();
      await startContainer(ordinal, 'sentinel');
      await startContainer(ordinal, 'redis');
    },
    startContainer: (ordinal, container) => void startContainer(ordinal, container),
    crash: (ordinal, container) => end(ordinal, container, 'SIGKILL'),
    kill: (ordinal) => gone(ordinal, 'SIGKILL'),
    async stop(ordinal) {
      const spec = specOf('redis');
      const [file = '', ...args] = await inside(ordinal, spec, spec.lifecycle?.preStop.exec.command ?? []);
      await run(file, args, {});
      await gone(ordinal, 'SIGTERM');
    },
    signal: (ordinal, container, signal) => void running.get(`${ordinal}/${container}`)?.kill(signal),
    forget: (ordinal) => rm(join(folder, `pod-${ordinal}`, 'data'), { recursive: true, force: true }),
    async fill(ordinal) {
      const filler = join(await volume(ordinal), 'filler');
      await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096'], {}).catch(() => {});
    },
    async empty(ordinal) {
      await rm(join(await volume(ordinal), 'filler'));
    },
    async probe(ordinal, what, container) {
      const command = ['sh', '/etc/fourfold/redis/probe.sh', what, container];
      const [file = '', ...args] = await inside(ordinal, specOf(container), command);
      return run(file, args, {}).then(
        () => true,
        () => false,
      );
    },
    redis,
    sentinel,
    async primaries() {
      const master = specOf('sentinel').env.find(({ name }) => name === 'PRIMARY')?.value ?? '';
      const asked = [...addresses.keys()].map((ordinal) =>
        sentinel(ordinal, ['sentinel', 'get-master-addr-by-name', master]).catch(() => ''),
      );
      return (await Promise.all(asked)).flatMap((answer) => {
        const [, ordinal] = /-(\d+)\./.exec(answer) ?? [];
        return ordinal === undefined ? [] : [Number(ordinal)];
      });
    },
    async apply(next) {
      objects = next;
      await mountConfig();
    },
    locate: ({ name }, of) => {
      const host = addresses.get(Number(/-(\d+)$/.exec(name)?.[1]));
      return { host: host ?? '127.0.0.1', port: of === 'redis' ? 6379 : 26379 };
    },
    log: (ordinal, container) => readFileSync(logFile(ordinal, container), 'utf8'),
    async close() {
      await Promise.all([...addresses.keys()].map((ordinal) => gone(ordinal, 'SIGKILL')));
      unmount();
      process.off('exit', unmount);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface StatefulSet extends Manifest {
  readonly spec: {
    readonly serviceName: string;
    readonly template: { readonly spec: { readonly containers: readonly ContainerSpec[] } };
  };
}
interface ConfigMapObject extends Manifest {
  readonly data: Readonly<Record<string, string>>;
}
type SecretObject = ConfigMapObject;

function find<T extends Manifest>(objects: readonly Manifest[], kind: string, name?: string): T {
  const found = objects.find(
    (each) => each.kind === kind && (name === undefined || each.metadata.name === name),
  );
  if (found === undefined) throw new Error(`expected a ${kind} ${name ?? ''}, found none`);
  return found as T;
}

async function write(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await writeFile(path, text, { mode });
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { env: { ...process.env, ...env }, timeout: 60_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout.trim()) : reject(new Error(`${stdout}${stderr}` || error.message)),
    );
  });
}
