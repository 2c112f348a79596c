import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openStore } from '../../sidecar/stores/index.ts';
import { storeContract } from './store.suite.ts';

let folder: string;
let opened = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-'));
});
afterAll(() => rm(folder, { recursive: true }));

const capabilities = { exactRecency: true, histories: 200 };

storeContract('memory', (setting) => openStore('memory://', { ...setting, model: 'test' }), capabilities);

storeContract(
  'memory with a snapshot',
  // Written so often that it happens in the midst of everything.
  (setting) =>
    openStore(`memory://${folder}/${opened++}`, { ...setting, model: 'test', intervalMilliseconds: 1 }),
  capabilities,
);
