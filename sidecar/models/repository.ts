import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { ModelPlace } from '../../crds/settings.ts';
import { makeFolder } from '../make-folder.ts';
import type { PinnedFile } from './catalogue.ts';
import { download } from './download.ts';
import { fetchMissing } from './fetch-missing.ts';
import { ModelUnavailableError } from './unavailable-error.ts';

/** A model of a hub: one commit of a repository, and the sums of those of its files that are wanted. */
export interface Repository {
  /** `owner/name`. */
  readonly id: string;
  readonly commit: string;
  readonly files: readonly PinnedFile[];
  /** The ONNX file among them. */
  readonly file: string;
  /** Other bytes have another one; known before a byte is here. */
  readonly hash: string;
}

/** Undefined where the settings name none. They are checked: the id has its commit, the list an ONNX file and a tokenizer. */
export function repositoryOf({ repository, sha256, file }: ModelPlace): Repository | undefined {
  const [id, commit] = repository?.split('@') ?? [];
  if (id === undefined || commit === undefined) return undefined;
  const files = sha256.map((line) => ({
    name: line.slice(66),
    path: line.slice(66),
    sha256: line.slice(0, 64),
  }));
  const onnx = file ?? files.find(({ name }) => name.endsWith('.onnx'))?.name ?? '';
  const hash = hashOf(id, commit, ...files.map((each) => `${each.sha256} ${each.path}`).toSorted());
  return { id, commit, files, file: onnx, hash };
}

const hashOf = (...texts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);

/** What the store calls vectors of it, made with these choices. */
export const nameOf = ({ id, hash, file }: Repository, ...choices: readonly string[]) =>
  `${basename(id)}@${hashOf(hash, file, ...choices)}`;

/** The folder of another list of files is another one: what is in it is what was asked for, and nothing besides. */
const folderOf = ({ id, hash }: Repository, cacheDir: string) =>
  join(cacheDir, 'models', `${id.replace('/', '--')}-${hash}`);

/**
 * The repository's verified files, fetched where the cache has them not. Resolves to their folder.
 * @throws ModelUnavailableError
 */
export async function ensureRepository(
  repository: Repository,
  {
    cacheDir,
    hub,
    log,
    signal,
  }: { cacheDir: string; hub: string; log: (message: string) => void; signal: AbortSignal },
): Promise<string> {
  const { id, commit, files } = repository;
  const folder = folderOf(repository, cacheDir);
  const base = `${hub.replace(/\/$/, '')}/${id}/resolve/${commit}`;
  const source = {
    name: base,
    async fetch(missing: readonly PinnedFile[]) {
      for (const file of missing) {
        const target = join(folder, file.name);
        await makeFolder(dirname(target));
        await download(`${base}/${file.path}`, target, file, { signal }).catch((error: Error) => {
          throw new Error(`${file.path}: ${error.message}`);
        });
      }
    },
  };
  const failures = await fetchMissing({ of: id, files, folder, sources: [source], log, signal });
  if (failures === undefined) return folder;
  throw new ModelUnavailableError(
    `The model ${id} is not in ${folder} and could not be fetched from ${base} (${failures.map(({ reason }) => reason).join('; ')}).`,
  );
}
