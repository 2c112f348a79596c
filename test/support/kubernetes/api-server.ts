import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, start } from './child.ts';
import { type Answer, type Asked, request } from './http.ts';
import { program } from './programs.ts';

export interface ApiServerOptions {
  /** Kept beside the etcd data; read with `audit()`. */
  readonly audit?: boolean;
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** Such as `admissionregistration.k8s.io/v1beta1=true`. */
  readonly runtimeConfig?: readonly string[];
  /** The real mutating admission policies, which 1.34 has as a beta that is off. */
  readonly mutatingAdmissionPolicies?: boolean;
  /**
   * Controllers of kube-controller-manager that run beside it, by its own names, such as `garbage-collector-controller`,
   * `namespace-controller`, `serviceaccount-controller`, `statefulset-controller`. Default: none, so that nothing but the
   * test acts.
   */
  readonly controllers?: readonly string[];
  /** Pods need their service account, as in a real cluster: default when `controllers` makes those, else off. */
  readonly serviceAccounts?: boolean;
  /** Without it a watch reads etcd itself, so that `compact()` alone gives 410 Gone to whoever resumes an old one. */
  readonly watchCache?: boolean;
  /** Further flags of kube-apiserver. */
  readonly flags?: readonly string[];
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT`; the same after a restart. */
  readonly server: string;
  /** PEM of the certificate authority that signed the server's certificate. */
  readonly ca: string;
  /** Of a member of system:masters. */
  readonly token: string;
  /** File with the three above. */
  readonly kubeconfig: string;
  /** Folder of everything that belongs to it; gone after `stop()`. */
  readonly folder: string;
  /** Standard output. @throws with what kubectl said on standard error. */
  kubectl(args: readonly string[], options?: { stdin?: string; kubeconfig?: string }): Promise<string>;
  /** One request, by default as administrator. */
  request(path: string, asked?: Asked): Promise<Answer>;
  /** A token of a service account, for acting under its permissions alone. */
  tokenOf(account: { namespace: string; name: string }): Promise<string>;
  /** A kubeconfig file for a token. */
  kubeconfigFor(token: string): Promise<string>;
  /** Events of the audit log so far, in order. Needs `audit`. */
  audit(): Promise<AuditEvent[]>;
  /** SIGSTOP: connections are taken and nothing is answered. */
  pause(): void;
  resume(): void;
  /** SIGKILL of the API server; etcd keeps the data. */
  kill(): Promise<void>;
  /** Starts it again on its port, after `kill()` or from running. */
  restart(): Promise<void>;
  /** Throws away etcd's history up to now. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly stage: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly requestReceivedTimestamp: string;
}

const prefix = 'fourfold-api-';
const readyWithinMs = 60_000;

/** A real etcd and a real API server for one test file: own ports, own folder, RBAC on, ready in a few seconds. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const token = randomBytes(16).toString('hex');
  await writeFiles(folder, token);
  const etcd = await startEtcd(folder);
  let running: { api: Child; port: number; controllers?: Child } | undefined;
  const stopAll = async () => {
    await running?.controllers?.stop({ signal: 'SIGKILL' });
    // Nothing of it is needed later: no long goodbye.
    await running?.api.stop({ signal: 'SIGKILL' });
    await etcd.child.stop({ signal: 'SIGKILL' });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    running = await startOnFreePort(folder, token, etcd.url, options);
    const port = running.port;
    const server = `https://127.0.0.1:${port}`;
    const kubeconfig = join(folder, 'kubeconfig');
    const ca = await readFile(join(folder, 'certs/apiserver.crt'), 'utf8');
    await writeKubeconfig(kubeconfig, folder, server, token);
    if (options.controllers?.length)
      running.controllers = startControllers(folder, kubeconfig, options.controllers);
    const access = { server, ca, token };
    const api = (path: string, asked?: Asked) => request(access, path, asked);
    const self: ApiServer = {
      ...access,
      kubeconfig,
      folder,
      kubectl: (args, { stdin, kubeconfig: config = kubeconfig } = {}) =>
        kubectl(folder, config, args, stdin),
      request: api,
      async tokenOf({ namespace, name }) {
        const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
        const { status, body } = await api(path, {
          method: 'POST',
          body: { spec: { expirationSeconds: 3600 } },
        });
        if (status !== 201)
          throw new Error(`no token for ${namespace}/${name}: ${status} ${body.message ?? body}`);
        return body.status.token;
      },
      async kubeconfigFor(token) {
        const file = join(folder, `kubeconfig-${randomBytes(4).toString('hex')}`);
        await writeKubeconfig(file, folder, server, token);
        return file;
      },
      async audit() {
        const lines = await readFile(join(folder, 'audit.log'), 'utf8');
        return lines
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line));
      },
      pause: () => running?.api.signal('SIGSTOP'),
      resume: () => running?.api.signal('SIGCONT'),
      async kill() {
        await running?.api.stop({ signal: 'SIGKILL' });
      },
      async restart() {
        await running?.api.stop({ signal: 'SIGKILL' });
        const api = startApi(folder, etcd.url, port, options);
        if (running) running.api = api;
        await apiReady(api, folder, token, port);
      },
      async compact() {
        // A write of our own first: the revision that is compacted itself can still be watched from.
        const { header } = await etcdCall(etcd.socket, 'put', { key: btoa('compacted'), value: '' });
        await etcdCall(etcd.socket, 'compaction', { revision: header.revision, physical: true });
      },
      stop: stopAll,
    };
    return self;
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function writeFiles(folder: string, token: string): Promise<void> {
  await mkdir(join(folder, 'certs'));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const mode = 0o600;
  await Promise.all([
    writeFile(join(folder, 'certs/sa.key'), privateKey.export({ type: 'sec1', format: 'pem' }), { mode }),
    writeFile(join(folder, 'certs/sa.pub'), publicKey.export({ type: 'spki', format: 'pem' })),
    writeFile(join(folder, 'certs/tokens.csv'), `${token},admin,admin,system:masters\n`, { mode }),
    writeFile(join(folder, 'audit.yaml'), auditPolicy),
  ]);
}

/** Requests, once each, without their bodies. */
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted, Panic]
rules: [{level: Metadata}]
`;

/** On sockets in its folder, so that no port can be taken by another. */
async function startEtcd(folder: string): Promise<{ child: Child; url: string; socket: string }> {
  const socket = join(folder, 'etcd.sock');
  const url = `unix://${socket}`;
  // A member must advertise a host and a port; a single one never dials them.
  const nobody = 'http://127.0.0.1:1';
  const child = start(
    program('etcd'),
    [
      ...['--name', 'test', '--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync'],
      ...['--listen-client-urls', url, '--advertise-client-urls', nobody],
      ...['--listen-peer-urls', `unix://${join(folder, 'peer.sock')}`],
      ...['--initial-advertise-peer-urls', nobody, '--initial-cluster', `test=${nobody}`],
      ...['--log-level', 'warn'],
    ],
    { logFile: join(folder, 'etcd.log'), cwd: folder },
  );
  await until('etcd', child, async () => existsSync(socket));
  return { child, url, socket };
}

async function startOnFreePort(folder: string, token: string, etcdUrl: string, options: ApiServerOptions) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const api = startApi(folder, etcdUrl, port, options);
    try {
      await apiReady(api, folder, token, port);
      return { api, port };
    } catch (error) {
      await api.stop({ signal: 'SIGKILL' });
      const taken = /address already in use/.test(api.tail());
      if (!taken || attempt === 3) throw error;
    }
  }
}

function startApi(folder: string, etcdUrl: string, port: number, options: ApiServerOptions): Child {
  const certs = join(folder, 'certs');
  const serviceAccounts =
    options.serviceAccounts ?? options.controllers?.includes('serviceaccount-controller') ?? false;
  const gates = {
    ...options.featureGates,
    ...(options.mutatingAdmissionPolicies ? { MutatingAdmissionPolicy: true } : {}),
  };
  const runtime = [
    ...(options.runtimeConfig ?? []),
    ...(options.mutatingAdmissionPolicies ? ['admissionregistration.k8s.io/v1beta1=true'] : []),
  ];
  return start(
    program('kube-apiserver'),
    [
      `--etcd-servers=${etcdUrl}`,
      '--etcd-compaction-interval=0',
      `--cert-dir=${certs}`,
      '--bind-address=127.0.0.1',
      // Written into the Service "kubernetes"; a loopback address would be refused.
      '--advertise-address=10.255.255.1',
      `--secure-port=${port}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${join(certs, 'sa.pub')}`,
      `--service-account-signing-key-file=${join(certs, 'sa.key')}`,
      `--token-auth-file=${join(certs, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--allow-privileged=true',
      // So that a test sees its own limits, and not the server's.
      '--max-requests-inflight=0',
      '--max-mutating-requests-inflight=0',
      '--enable-priority-and-fairness=false',
      ...(serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
      ...(options.watchCache === false ? ['--watch-cache=false'] : []),
      ...(options.audit
        ? [
            `--audit-policy-file=${join(folder, 'audit.yaml')}`,
            `--audit-log-path=${join(folder, 'audit.log')}`,
          ]
        : []),
      ...(Object.keys(gates).length > 0
        ? [
            `--feature-gates=${Object.entries(gates)
              .map(([name, on]) => `${name}=${on}`)
              .join(',')}`,
          ]
        : []),
      ...(runtime.length > 0 ? [`--runtime-config=${runtime.join(',')}`] : []),
      ...(options.flags ?? []),
    ],
    { logFile: join(folder, 'apiserver.log'), cwd: folder },
  );
}

/** Ready is when it answers so, and has the namespaces that it makes for itself. */
async function apiReady(api: Child, folder: string, token: string, port: number): Promise<void> {
  const server = `https://127.0.0.1:${port}`;
  await until('the API server', api, async () => {
    const ca = await readFile(join(folder, 'certs/apiserver.crt'), 'utf8');
    const [ready, namespace] = await Promise.all(
      ['/readyz', '/api/v1/namespaces/default'].map((path) => request({ server, ca, token }, path)),
    );
    return ready?.status === 200 && namespace?.status === 200;
  });
}

function startControllers(folder: string, kubeconfig: string, names: readonly string[]): Child {
  return start(
    program('kube-controller-manager'),
    [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=${names.join(',')}`,
      `--service-account-private-key-file=${join(folder, 'certs/sa.key')}`,
      `--root-ca-file=${join(folder, 'certs/apiserver.crt')}`,
      '--use-service-account-credentials=false',
      '--leader-elect=false',
      '--secure-port=0',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
    ],
    { logFile: join(folder, 'controller-manager.log'), cwd: folder },
  );
}

async function writeKubeconfig(file: string, folder: string, server: string, token: string): Promise<void> {
  await writeFile(
    file,
    `apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "${server}", certificate-authority: "${join(folder, 'certs/apiserver.crt')}"}}]
users: [{name: user, user: {token: "${token}"}}]
contexts: [{name: test, context: {cluster: test, user: user}}]
current-context: test
`,
    { mode: 0o600 },
  );
}

/** Its cache of what the server serves is the server's own: ports come again, and then it would be another's. */
function kubectl(
  folder: string,
  kubeconfig: string,
  args: readonly string[],
  stdin?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program('kubectl'),
      ['--kubeconfig', kubeconfig, '--cache-dir', join(folder, 'kubectl-cache'), ...args],
      { timeout: 120_000, maxBuffer: 1 << 26, cwd: process.cwd() },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        reject(new Error(`kubectl ${args.join(' ')}: ${stderr.trim() || stdout.trim() || error.message}`));
      },
    );
    child.stdin?.end(stdin ?? '');
  });
}

// biome-ignore lint/suspicious/noExplicitAny: two calls of etcd's JSON gateway, read at one place each
function etcdCall(socketPath: string, call: string, body: unknown): Promise<any> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { socketPath, path: `/v3/kv/${call}`, method: 'POST', timeout: 10_000 },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (incoming.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`etcd ${call}: ${incoming.statusCode} ${text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}

async function until(what: string, child: Child, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + readyWithinMs; Date.now() < end; ) {
    if (!child.running) throw new Error(`${what} ended at its start: ${child.tail()}`);
    if (await holds().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} was not ready within ${readyWithinMs / 1000} s: ${child.tail()}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Folders of test processes that were killed before they could tidy up. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
