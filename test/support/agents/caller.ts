import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fourfold } from '../../../sidecar/client/client.ts';

/** A process of its own that asks for one result many times at once: `caller.ts <url> <calls> <behaviour> <log>`. */
const [url = '', calls = '1', behaviour = 'works', log = ''] = process.argv.slice(2);
const cache = new Fourfold({ url, headers: { authorization: 'Bearer sk-caller' }, deadlineMs: 20_000 });

async function execute(): Promise<object> {
  appendFileSync(log, `${process.pid}\n`);
  if (behaviour === 'hangs') await sleep(600_000);
  await sleep(1_000);
  if (behaviour === 'throws') throw new Error('no such city');
  return { city: 'Paris' };
}

const outcomes = await Promise.all(
  Array.from({ length: Number(calls) }, async () => {
    try {
      const { result, source } = await cache.getOrExecute(
        'weather',
        { behaviour: behaviour === 'hangs' ? 'works' : behaviour },
        execute,
        { leaseMs: 2_000 },
      );
      return { result, source };
    } catch (error) {
      return { error: (error as Error).message };
    }
  }),
);
process.stdout.write(JSON.stringify(outcomes));
