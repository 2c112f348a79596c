import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { PinnedFile } from './catalogue.ts';
import { setAside, verify } from './verify.ts';

export interface Source<File> {
  readonly name: string;
  fetch(missing: readonly File[]): Promise<void>;
}

export interface Failure {
  readonly source: string;
  readonly reason: string;
}

interface Wanted<File extends PinnedFile> {
  /** The model, for the log. */
  readonly of: string;
  readonly files: readonly File[];
  readonly folder: string;
  readonly sources: readonly Source<File>[];
  readonly log: ((message: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Brings what the folder lacks of these files, from the first source that has it. Whatever a source gives is believed only
 * for its sha256. Resolves to what failed where files still lack, and to undefined where all are there.
 */
export function fetchMissing<File extends PinnedFile>(
  wanted: Wanted<File>,
): Promise<readonly Failure[] | undefined> {
  const { folder } = wanted;
  const running = inFlight.get(folder);
  if (running !== undefined) return running;
  const fetching = fetchInto(wanted).finally(() => inFlight.delete(folder));
  inFlight.set(folder, fetching);
  return fetching;
}

/** Two callers in one process would write into the same part file. */
const inFlight = new Map<string, Promise<readonly Failure[] | undefined>>();

async function fetchInto<File extends PinnedFile>(
  wanted: Wanted<File>,
): Promise<readonly Failure[] | undefined> {
  const { of, files, folder, sources, log, signal } = wanted;
  const failures: Failure[] = [];
  try {
    await makeFolder(folder);
    let missing = await missingIn(files, folder, log);
    for (const source of sources) {
      if (missing.length === 0) break;
      log?.(`Fetching ${missing.map((file) => file.name).join(' and ')} of ${of} from ${source.name}`);
      try {
        await source.fetch(missing);
      } catch (error) {
        signal?.throwIfAborted();
        failures.push({ source: source.name, reason: (error as Error).message });
        log?.(`${source.name}: ${(error as Error).message}`);
      }
      missing = await missingIn(files, folder, log);
    }
    if (missing.length === 0) return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    // A cache folder that cannot be written: a read-only file system, most likely.
    failures.push({ source: folder, reason: (error as Error).message });
  }
  return failures;
}

async function missingIn<File extends PinnedFile>(
  files: readonly File[],
  folder: string,
  log: ((message: string) => void) | undefined,
): Promise<File[]> {
  const missing: File[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    const verdict = await verify(path, file);
    if (verdict.kind === 'good') continue;
    missing.push(file);
    if (verdict.kind === 'damaged') log?.(`${path}: ${verdict.why}; kept as ${await setAside(path)}`);
  }
  return missing;
}
