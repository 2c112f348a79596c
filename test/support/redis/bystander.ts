import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';

/** Somebody else who asks the same Redis all the time, from a process of its own. */
export interface Bystander {
  /** Milliseconds that Redis took for each of its questions since the last time, in order of size. */
  taken(): Promise<number[]>;
  close(): void;
}

const file = fileURLToPath(import.meta.url);

export async function startBystander(port: number): Promise<Bystander> {
  const child = fork(file, [String(port)], { execArgv: [] });
  await once(child, 'message');
  return {
    async taken() {
      child.send('taken');
      const [times] = await once(child, 'message');
      return times as number[];
    },
    close: () => void child.kill(),
  };
}

/** One question after the other, a millisecond apart. */
async function askAllTheTime(port: number): Promise<void> {
  const client = new Redis({ port });
  let times: number[] = [];
  process.on('message', () => {
    process.send?.(times.toSorted((a, b) => a - b));
    times = [];
  });
  process.on('disconnect', () => process.exit());
  await client.ping();
  process.send?.('ready');
  for (;;) {
    const start = performance.now();
    await client.get('nobody');
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

if (process.argv[1] === file) await askAllTheTime(Number(process.argv[2]));
