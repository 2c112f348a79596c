import { createHash } from 'node:crypto';
import { minReplicas, type Passwords, replicaPriority } from '../../cdk8s/cache/index.ts';
import type { Reason } from '../../crds/conditions.ts';
import { ports } from '../../crds/names.ts';
import { type Command, type RedisServer, RedisTrouble, type Reply, withRedis } from '../redis.ts';

/** The Redis of one cache, as the operator can reach it. */
export interface RedisTarget {
  readonly pods: readonly { readonly name: string; readonly ip: string; readonly ready: boolean }[];
  /** Pods that there should be. */
  readonly size: number;
  /** What the sentinels call the primary. */
  readonly group: string;
  readonly passwords: Passwords;
  /** Whether every pod has been seen to know these; then one that does not answer is only away. */
  readonly passwordsWereKnown?: boolean;
}

export interface RedisState {
  readonly reason: Reason<'RedisReady'>;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly message: string;
  /** The pod that is primary, as the sentinels say. */
  readonly primary?: string;
  /** Whether every server of every pod knows the newest passwords and uses them; one that does not answer may not. */
  readonly passwordsKnown: boolean;
  /** Whether the sentinels count on as many as there are. */
  readonly sentinelsAgree: boolean;
  /** Whether the primary waits for as many replicas as it should. */
  readonly waitsRightly: boolean;
  /** Whether each pod that stays may become primary. */
  readonly promotable: boolean;
}

/** Where each server is; tests run theirs on ports of their own. */
export type Locate = (
  pod: { name: string; ip: string },
  of: 'redis' | 'sentinel',
) => { host: string; port: number };

export const inCluster: Locate = ({ ip }, of) => ({ host: ip, port: ports[of] });

const deadlineMs = 2_000;

interface SentinelView {
  readonly pod: string;
  readonly primary: string;
  readonly epoch: number;
  readonly quorum: number;
  readonly others: number;
  /** Replicas that it never promotes; as of its last INFO, ten seconds ago at most. */
  readonly barred: readonly string[];
}

/** Asks every sentinel, then the primary that they name. Never fails, and takes four seconds at most. */
export async function redisState(target: RedisTarget, locate: Locate = inCluster): Promise<RedisState> {
  const { pods, size } = target;
  if (pods.length === 0) {
    return { ...nothing, reason: 'Starting', status: 'False', message: 'No pod of Redis runs yet.' };
  }
  const [passwordsKnown, ...asked] = await Promise.all([
    passwordsAreKnown(target, locate),
    ...pods.map((pod) => sentinelView(target, pod, locate)),
  ]);
  const views = asked.filter((each): each is SentinelView => !(each instanceof Error));
  if (views.length === 0) {
    const error = asked.find((each) => each instanceof Error);
    return { ...silence(target, error), passwordsKnown };
  }
  const newest = views.toSorted((a, b) => b.epoch - a.epoch)[0] as SentinelView;
  const quorum = Math.floor(size / 2) + 1;
  const sentinelsAgree = views.every((view) => view.quorum === quorum && view.others === size - 1);
  const majority = views.length >= quorum;
  const found = await primaryState(target, newest.primary, locate);
  const promotable = found.promotable && !staying(target).some(({ name }) => newest.barred.includes(name));
  const state = { ...nothing, ...found, sentinelsAgree, passwordsKnown, promotable };
  if (found.status === 'True' && !majority) {
    const message = `${views.length} of ${size} sentinels answer, fewer than a majority: no replica may take over.`;
    return { ...state, reason: 'NoMajority', message };
  }
  return state;
}

const nothing = { passwordsKnown: true, sentinelsAgree: true, waitsRightly: true, promotable: true };

/** Those that a scale-down to `size` leaves. */
const staying = ({ pods, size }: RedisTarget) =>
  pods.filter(({ name }) => Number(/-(\d+)$/.exec(name)?.[1] ?? 0) < size);

function silence({ pods }: RedisTarget, error: Error | undefined): RedisState {
  if (pods.every(({ ready }) => !ready)) {
    return { ...nothing, reason: 'Starting', status: 'False', message: 'No pod of Redis is ready yet.' };
  }
  const message = `The operator cannot reach Redis: ${error?.message}`;
  return { ...nothing, reason: 'Unreachable', status: 'Unknown', message };
}

async function sentinelView(
  target: RedisTarget,
  pod: { name: string; ip: string },
  locate: Locate,
): Promise<SentinelView | Error> {
  try {
    return await withRedis(serverOf(target, pod, 'sentinel', locate), deadlineMs, async (command) => {
      const fields = pairs(await command('SENTINEL', 'MASTER', target.group));
      const replicas = ((await command('SENTINEL', 'REPLICAS', target.group)) as readonly Reply[]).map(pairs);
      return {
        pod: pod.name,
        primary: podOf(fields),
        epoch: Number(fields.get('config-epoch') ?? 0),
        quorum: Number(fields.get('quorum') ?? 0),
        others: Number(fields.get('num-other-sentinels') ?? 0),
        barred: replicas.filter((each) => each.get('slave-priority') === '0').map(podOf),
      };
    });
  } catch (error) {
    return error as Error;
  }
}

/** Sentinels announce host names, whose first part is the pod. */
const podOf = (fields: ReadonlyMap<string, string>): string =>
  (fields.get('ip') ?? '').split('.', 1)[0] ?? '';

async function primaryState(target: RedisTarget, name: string, locate: Locate): Promise<RedisState> {
  const pod = target.pods.find((each) => each.name === name);
  const primary = name === '' ? {} : { primary: name };
  if (pod === undefined) {
    const message = `The sentinels say that ${name || 'nobody'} is primary, and there is no such pod.`;
    return { ...nothing, ...primary, reason: 'NoPrimary', status: 'False', message };
  }
  try {
    const found = await withRedis(serverOf(target, pod, 'redis', locate), deadlineMs, (command) =>
      inspect(command, target),
    );
    return { ...nothing, ...primary, ...found };
  } catch (error) {
    const { code, message } = error as RedisTrouble;
    if (code === 'LOADING') {
      return {
        ...nothing,
        ...primary,
        reason: 'Loading',
        status: 'False',
        message: `${name} reads its data.`,
      };
    }
    const said = `${name} is primary and does not answer: ${message}`;
    return { ...nothing, ...primary, reason: 'NoPrimary', status: 'False', message: said };
  }
}

type Inspected = Pick<RedisState, 'reason' | 'status' | 'message'> & Partial<RedisState>;

async function inspect(command: Command, { size }: RedisTarget): Promise<Inspected> {
  const info = fieldsOf(await command('INFO'));
  if (info.get('role') !== 'master') {
    return { reason: 'NoPrimary', status: 'False', message: 'The primary is changing.' };
  }
  const replicas = [...info].filter(
    ([name, value]) => /^slave\d+$/.test(name) && value.includes('state=online'),
  ).length;
  const setting = async (name: string) => pairs(await command('CONFIG', 'GET', name)).get(name);
  const minimum = await setting('min-replicas-to-write');
  const common = {
    promotable: (await setting('replica-priority')) !== '0',
    // One that has none yet is not told to wait for one.
    waitsRightly: Number(minimum) === minReplicas(size) || (Number(minimum) === 0 && replicas === 0),
  };
  const search = await command('FT._LIST').catch((error: RedisTrouble) => {
    if (error.code === 'ERR') return undefined;
    throw error;
  });
  if (search === undefined) {
    const message = 'The image of Redis holds no search module.';
    return { ...common, reason: 'SearchMissing', status: 'False', message };
  }
  return { ...common, ...stateOf(info, replicas, size) };
}

/** Of a primary that can search: whether it takes writes, and has its replicas. */
function stateOf(info: ReadonlyMap<string, string>, replicas: number, size: number): Inspected {
  const number = (name: string) => Number(info.get(name) ?? 0);
  const most = number('maxmemory');
  if (most > 0 && info.get('maxmemory_policy') === 'noeviction' && number('used_memory') >= most) {
    const message = `Redis uses its ${most} bytes and evicts nothing.`;
    return { reason: 'OutOfMemory', status: 'False', message };
  }
  if (info.get('aof_last_write_status') === 'err') {
    const message =
      'The primary cannot write to its volume: what it holds is answered, nothing is stored. ' +
      'Where the volume is full, let redis.storage.size grow.';
    return { reason: 'VolumeFailing', status: 'False', message };
  }
  // The line is there only while it waits for replicas.
  if (info.get('min_slaves_good_slaves') === '0') {
    const message = 'No replica is in step: what the primary holds is answered, nothing is stored.';
    return { reason: 'NoReplica', status: 'False', message };
  }
  if (info.get('rdb_last_bgsave_status') === 'err') {
    const message =
      'The primary answers, and cannot save to its volume: after a restart its answers are gone.';
    return { reason: 'VolumeFailing', status: 'True', message };
  }
  if (replicas < size - 1) {
    const message = `The primary answers; ${replicas} of ${size - 1} replicas are in step.`;
    return { reason: 'Degraded', status: 'True', message };
  }
  return { reason: 'Answering', status: 'True', message: 'The primary answers and can search.' };
}

/** What changes something; each of these is done again until its effect is seen, so none needs to succeed. */

/** Asks the sentinels for another primary. `leaving` are not to become it. @throws RedisTrouble */
export async function failOver(
  target: RedisTarget,
  leaving: readonly string[],
  locate: Locate = inCluster,
): Promise<void> {
  for (const pod of target.pods.filter(({ name }) => leaving.includes(name))) {
    // Sentinel never promotes a server of priority 0. It does not survive a restart, and need not; where the pod stays
    // after all, `letStayingLead` takes it back.
    await withRedis(serverOf(target, pod, 'redis', locate), deadlineMs, (command) =>
      command('CONFIG', 'SET', 'replica-priority', 0),
    );
  }
  await firstSentinel(target, locate, (command) => command('SENTINEL', 'FAILOVER', target.group));
}

/**
 * Tells one sentinel how many there are now: its quorum, and to forget those that left. One at a time, and only where all
 * are well: a sentinel that has just forgotten everything learns it again from the primary within seconds.
 */
export async function correctSentinels(target: RedisTarget, locate: Locate = inCluster): Promise<void> {
  const quorum = Math.floor(target.size / 2) + 1;
  for (const pod of target.pods) {
    const view = await sentinelView(target, pod, locate);
    if (view instanceof Error) return;
    if (view.quorum === quorum && view.others <= target.size - 1) continue;
    await withRedis(serverOf(target, pod, 'sentinel', locate), deadlineMs, async (command) => {
      if (view.quorum !== quorum) await command('SENTINEL', 'SET', target.group, 'quorum', quorum);
      if (view.others > target.size - 1) await command('SENTINEL', 'RESET', target.group);
    });
    if (view.others > target.size - 1) return;
  }
}

/** Tells every server for how many replicas a primary waits: whoever is one, or becomes it. */
export async function correctWaiting(target: RedisTarget, locate: Locate = inCluster): Promise<void> {
  await Promise.all(
    target.pods.map((pod) =>
      withRedis(serverOf(target, pod, 'redis', locate), deadlineMs, (command) =>
        command('CONFIG', 'SET', 'min-replicas-to-write', minReplicas(target.size)),
      ),
    ),
  );
}

/** A pod that was to leave, and stays after all, may become primary again. */
export async function letStayingLead(target: RedisTarget, locate: Locate = inCluster): Promise<void> {
  await Promise.all(
    staying(target).map((pod) =>
      withRedis(serverOf(target, pod, 'redis', locate), deadlineMs, (command) =>
        command('CONFIG', 'SET', 'replica-priority', replicaPriority),
      ),
    ),
  );
}

/**
 * Lets every server read the access lists again that does not know the new passwords. The files reach the pods about a
 * minute after the Secret has changed, each in its own time; until then this changes nothing. Only when all that answer
 * know them do they use them among themselves: a sentinel that came too early would take the primary for dead.
 * @throws RedisTrouble where one does not answer; the others have been told.
 */
export async function loadPasswords(target: RedisTarget, locate: Locate = inCluster): Promise<void> {
  const { passwords } = target;
  const loaded = await everyServer(target, locate, async (command) => {
    if (!(await knows(command, passwords))) await command('ACL', 'LOAD');
    return knows(command, passwords);
  });
  const known = loaded.every((each) => each.status === 'rejected' || each.value);
  const used = known
    ? await everyServer(target, locate, async (command, of) => {
        if (!(await usage[of].uses(command, passwords))) await usage[of].use(command, target);
      })
    : [];
  const failed = [...loaded, ...used].find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** After a rotation; before one there are none that a server could not know. */
async function passwordsAreKnown(target: RedisTarget, locate: Locate): Promise<boolean> {
  const { passwords } = target;
  if (passwords.previous === undefined) return true;
  const known = await everyServer(
    target,
    locate,
    async (command, of) => (await knows(command, passwords)) && (await usage[of].uses(command, passwords)),
  );
  return known.every((each) =>
    each.status === 'fulfilled' ? each.value : target.passwordsWereKnown === true,
  );
}

async function everyServer<T>(
  target: RedisTarget,
  locate: Locate,
  talk: (command: Command, of: 'redis' | 'sentinel') => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  const all = target.pods.flatMap((pod) => [{ pod, of: 'redis' } as const, { pod, of: 'sentinel' } as const]);
  return Promise.allSettled(
    all.map(({ pod, of }) =>
      withRedis(serverOf(target, pod, of, locate), deadlineMs, (command) => talk(command, of)),
    ),
  );
}

/** Whether one logs in to others with the newest passwords, and how it is told to. */
const usage = {
  redis: {
    async uses(command: Command, { current }: Passwords) {
      return pairs(await command('CONFIG', 'GET', 'masterauth')).get('masterauth') === current.replication;
    },
    async use(command: Command, { passwords }: RedisTarget) {
      await command('CONFIG', 'SET', 'masterauth', passwords.current.replication);
    },
  },
  sentinel: {
    async uses(command: Command, { current }: Passwords) {
      const found = pairs(await command('SENTINEL', 'CONFIG', 'GET', 'sentinel-pass'));
      return found.get('sentinel-pass') === current.sentinel;
    },
    async use(command: Command, { group, passwords }: RedisTarget) {
      // Nobody can ask for this one, so the one that tells is set last.
      await command('SENTINEL', 'SET', group, 'auth-pass', passwords.current.sentinel);
      await command('SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', passwords.current.sentinel);
    },
  },
};

async function firstSentinel<T>(
  target: RedisTarget,
  locate: Locate,
  talk: (command: Command) => Promise<T>,
): Promise<T> {
  let trouble: unknown = new RedisTrouble('unreachable', 'there is no sentinel');
  for (const pod of target.pods) {
    try {
      return await withRedis(serverOf(target, pod, 'sentinel', locate), deadlineMs, talk);
    } catch (error) {
      // One that is under way already is what was asked for.
      if (error instanceof RedisTrouble && error.code === 'INPROG') return undefined as T;
      trouble = error;
    }
  }
  throw trouble;
}

function serverOf(
  { passwords }: RedisTarget,
  pod: { name: string; ip: string },
  of: 'redis' | 'sentinel',
  locate: Locate,
): RedisServer {
  const { current, previous } = passwords;
  const known = [current.operator, ...(previous === undefined ? [] : [previous.operator])];
  return { ...locate(pod, of), username: 'operator', passwords: known };
}

async function knows(command: Command, { current }: Passwords): Promise<boolean> {
  const hashes = pairsOf(await command('ACL', 'GETUSER', 'sidecar')).get('passwords');
  return Array.isArray(hashes) && hashes.includes(hashOf(current.sidecar));
}

const hashOf = (password: string): string => createHash('sha256').update(password).digest('hex');

const pairs = (reply: Reply): Map<string, string> =>
  new Map([...pairsOf(reply)].map(([name, value]) => [name, String(value)]));

function pairsOf(reply: Reply): Map<string, Reply> {
  const list = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
  const found = new Map<string, Reply>();
  for (let at = 0; at + 1 < list.length; at += 2) found.set(String(list[at]), list[at + 1] ?? null);
  return found;
}

/** `INFO`: lines of `name:value` under headings. */
function fieldsOf(reply: Reply): Map<string, string> {
  const lines = String(reply).split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const [, name = '', value = ''] = /^([^#:]+):(.*)$/.exec(line) ?? [];
      return name === '' ? [] : [[name, value] as const];
    }),
  );
}
