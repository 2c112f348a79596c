import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSecrets } from '../../../../sidecar/stores/redis/secrets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('a key that the mounted Secret lacks says nothing, and is read once it is there', async () => {
  const passwordFile = join(folder, 'password');
  expect((await readSecrets({ passwordFile })).password).toBeUndefined();
  await writeFile(passwordFile, 'secret\n');
  expect((await readSecrets({ passwordFile })).password).toBe('secret');
});

it('a file that is there and cannot be read is an error, never the same as none', async () => {
  await expect(readSecrets({ passwordFile: folder })).rejects.toThrow('EISDIR');
});
