import { mounts } from '../../cdk8s/cache/mounts.ts';
import type { Bench } from './cluster.ts';

/** The pods of a cache's Redis, spoken to from inside one of them in the words of its own scripts. */
export interface RedisPods {
  /** `redis HOST …`, `sentinel HOST …`, `primary`, `field NAME`. */
  run(ordinal: number, script: string): Promise<string>;
  /** Ordinal of the pod that the sentinels take for the primary. */
  primary(asked: number): Promise<number>;
  /** For how many replicas a primary waits before it takes a write. */
  waitsFor(ordinal: number): Promise<number>;
  /** Writes while the primary is killed. */
  writeWhileKilled(seconds: number): Promise<Written>;
  /** Writes without a pause for so long, from a pod that is not the primary, which is disturbed after some seconds. */
  writeWhile(seconds: number, disturb: (primary: string) => Promise<void>): Promise<Written>;
  /** How many of these writes are there now. */
  count(asked: number, writes: readonly number[]): Promise<number>;
}

export interface Written {
  /** Numbers of the writes that Redis has acknowledged. */
  readonly acknowledged: number[];
  /** Seconds between two of them. */
  readonly longestPause: number;
}

/** `set` is the name of the StatefulSet, `size` the number of its pods. */
export function redisPods(bench: Bench, set: string, size: number): RedisPods {
  const run = (ordinal: number, script: string) => {
    const inside = `. ${mounts.config}/common.sh; ${script}`;
    return bench.in('exec', `${set}-${ordinal}`, '-c', 'redis', '--', 'sh', '-c', inside);
  };
  const primary = async (asked: number) => {
    const name = await run(asked, 'primary');
    const [, ordinal] = /-(\d+)\./.exec(name) ?? [];
    if (ordinal === undefined) throw new Error(`the sentinels know no primary: ${name}`);
    return Number(ordinal);
  };
  const writeWhile: RedisPods['writeWhile'] = async (seconds, disturb) => {
    const disturbed = await primary(0);
    const written = run((disturbed + 1) % size, writeFor(seconds));
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await disturb(`${set}-${disturbed}`);
    const lines = (await written).trim().split('\n');
    const writes = lines.map((line) => line.split(' ').map(Number) as [number, number]);
    const pauses = writes.slice(1).map(([, at], index) => at - (writes[index]?.[1] ?? at));
    return { acknowledged: writes.map(([number]) => number), longestPause: Math.max(...pauses) };
  };
  return {
    run,
    primary,
    async waitsFor(ordinal) {
      const told = await run(ordinal, 'redis 127.0.0.1 CONFIG GET min-replicas-to-write');
      return Number(told.trim().split('\n').at(-1));
    },
    writeWhile,
    writeWhileKilled: (seconds) =>
      writeWhile(seconds, async (pod) => {
        await bench.in('delete', 'pod', pod, '--grace-period=0', '--force');
      }),
    async count(asked, writes) {
      const keys = writes.map((number) => `key${number}`).join(' ');
      return Number((await run(asked, `redis "$(primary)" EXISTS ${keys}`)).replace(/\D/g, ''));
    },
  };
}

/** One line for each acknowledged write: its number, and the second. */
const writeFor = (seconds: number) => `
end=$(($(date +%s) + ${seconds})); n=0; host=$(primary)
while [ "$(date +%s)" -lt "$end" ]; do
  n=$((n + 1))
  if [ "$(redis "$host" set "key$n" v)" = OK ]; then echo "$n $(date +%s)"; else host=$(primary); fi
  sleep 0.1
done`;
