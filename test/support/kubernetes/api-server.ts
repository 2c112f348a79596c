import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiServerOptions, apiFlags, auditLog, auditPolicy } from './api-flags.ts';
import { type Child, start } from './child.ts';
import { certificateOf, writeCredentials, writeKubeconfig } from './credentials.ts';
import { startEtcd } from './etcd.ts';
import { type Answer, type Asked, request } from './http.ts';
import { type KubectlOptions, kubectl } from './kubectl.ts';
import { removeLeftovers } from './leftovers.ts';
import { program } from './programs.ts';
import { until } from './until.ts';

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
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<string>;
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

/** A real etcd and a real API server for one test file: own ports, own folder, RBAC on, ready in a few seconds. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  await removeLeftovers(prefix);
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const started: Child[] = [];
  const stop = async () => {
    // In the order of dependence, and without a long goodbye: nothing of it is needed later.
    for (const child of started.reverse()) await child.stop({ signal: 'SIGKILL' });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const token = await writeCredentials(folder);
    await writeFile(join(folder, 'audit.yaml'), auditPolicy);
    const etcd = await startEtcd(folder);
    started.push(etcd.child);
    let { api, port } = await startOnFreePort(folder, token, etcd.url, options);
    started.push(api);
    const server = `https://127.0.0.1:${port}`;
    const kubeconfig = join(folder, 'kubeconfig');
    const certificate = certificateOf(folder);
    const access = { server, token, ca: await readFile(certificate, 'utf8') };
    await writeKubeconfig(kubeconfig, { server, token, certificate });
    if (options.controllers?.length) started.push(startControllers(folder, kubeconfig, options.controllers));
    const ask = (path: string, asked?: Asked) => request(access, path, asked);
    return {
      ...access,
      kubeconfig,
      folder,
      kubectl: (args, asked) => kubectl(asked?.kubeconfig ?? kubeconfig, args, asked),
      request: ask,
      async tokenOf({ namespace, name }) {
        const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
        const { status, body } = await ask(path, {
          method: 'POST',
          body: { spec: { expirationSeconds: 3600 } },
        });
        if (status === 201) return body.status.token;
        throw new Error(`no token for ${namespace}/${name}: ${status} ${body.message ?? body}`);
      },
      async kubeconfigFor(token) {
        const file = join(folder, `kubeconfig-${randomBytes(4).toString('hex')}`);
        await writeKubeconfig(file, { server, token, certificate });
        return file;
      },
      async audit() {
        const lines = (await readFile(auditLog(folder), 'utf8')).split('\n');
        return lines.filter(Boolean).map((line) => JSON.parse(line));
      },
      pause: () => api.signal('SIGSTOP'),
      resume: () => api.signal('SIGCONT'),
      kill: () => api.stop({ signal: 'SIGKILL' }),
      async restart() {
        await api.stop({ signal: 'SIGKILL' });
        api = startApi(folder, etcd.url, port, options);
        started.push(api);
        await ready(api, folder, token, port);
      },
      compact: etcd.compact,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startOnFreePort(folder: string, token: string, etcdUrl: string, options: ApiServerOptions) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const api = startApi(folder, etcdUrl, port, options);
    try {
      await ready(api, folder, token, port);
      return { api, port };
    } catch (error) {
      await api.stop({ signal: 'SIGKILL' });
      if (!/address already in use/.test(api.tail()) || attempt === 3) throw error;
    }
  }
}

const startApi = (folder: string, etcdUrl: string, port: number, options: ApiServerOptions): Child =>
  start(program('kube-apiserver'), apiFlags(folder, etcdUrl, port, options), {
    logFile: join(folder, 'apiserver.log'),
    cwd: folder,
  });

/** Ready is when it answers so, and has the namespaces that it makes for itself. */
async function ready(api: Child, folder: string, token: string, port: number): Promise<void> {
  const answers = async () => {
    const access = {
      server: `https://127.0.0.1:${port}`,
      token,
      ca: await readFile(certificateOf(folder), 'utf8'),
    };
    const paths = ['/readyz', '/api/v1/namespaces/default'];
    const all = await Promise.all(paths.map((path) => request(access, path)));
    return all.every(({ status }) => status === 200);
  };
  await until('the API server', answers, { giveUp: api.mustRun, explain: api.tail });
}

const startControllers = (folder: string, kubeconfig: string, names: readonly string[]): Child =>
  start(
    program('kube-controller-manager'),
    [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=${names.join(',')}`,
      `--service-account-private-key-file=${join(folder, 'certs/sa.key')}`,
      `--root-ca-file=${certificateOf(folder)}`,
      '--leader-elect=false',
      '--secure-port=0',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
    ],
    { logFile: join(folder, 'controller-manager.log'), cwd: folder },
  );

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
