import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
