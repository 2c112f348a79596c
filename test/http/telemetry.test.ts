import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { modelFolders } from '../../sidecar/models/index.ts';
import { part } from '../support/require.ts';
import { startSidecar } from '../support/sidecar.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

// onnxruntime 1.30 made itself an id and gathered reports in the home folder, to send them to its makers.
it.skipIf(!withModel)('the model is run without a word to its makers', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fourfold-home-'));
  try {
    const { cacheDir } = modelFolders(process.env);
    const environment = { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), FOURFOLD_CACHE_DIR: cacheDir };
    const sidecar = await startSidecar(environment, { model: true });
    await sidecar.close();
    expect(await readdir(home, { recursive: true })).toEqual([]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

/** How often any thread of the process has gone to sleep of itself: once for each time that it was woken. */
async function wakings(pid: number): Promise<number> {
  let count = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const status = await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8').catch(() => '');
    count += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return count;
}

// A timer that measures the event loop wakes it a hundred times a second, in every pod.
it.skipIf(process.platform !== 'linux')('an idle sidecar sleeps', async () => {
  const sidecar = await startSidecar({}, { model: withModel });
  const pid = sidecar.process.pid as number;
  // What starting leaves behind is cleaned up first.
  await sleep(4_000);
  const before = await wakings(pid);
  await sleep(3_000);
  const perSecond = ((await wakings(pid)) - before) / 3;
  await sidecar.close();
  expect(perSecond).toBeLessThan(40);
});

it('says how long a turn of the event loop takes, since the last scrape', async () => {
  const sidecar = await startSidecar({});
  const scrape = async () => {
    const text = await (await fetch(`${sidecar.adminUrl}/metrics`)).text();
    const of = (statistic: string) =>
      Number(new RegExp(`^nodejs_eventloop_lag_${statistic}_seconds (\\S+)$`, 'm').exec(text)?.[1]);
    return { p50: of('p50'), p99: of('p99'), max: of('max'), mean: of('mean') };
  };
  // The start of a process is one long turn.
  const first = await scrape();
  expect(first.max).toBeGreaterThan(0.001);
  for (let n = 0; n < 50; n++) await fetch(`${sidecar.adminUrl}/livez`);
  const second = await scrape();
  await sidecar.close();
  expect(second.p50).toBeGreaterThan(0);
  // Not the period of a timer.
  expect(second.p50).toBeLessThan(0.009);
  expect(second.p99).toBeLessThanOrEqual(second.max);
  expect(second.mean).toBeGreaterThan(0);
});
