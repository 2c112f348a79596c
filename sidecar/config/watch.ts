import { unwatchFile, watchFile } from 'node:fs';
import type { Environment } from '../../crds/environment.ts';
import { restartFields } from '../../crds/node.ts';
import type { Settings } from '../../crds/settings.ts';
import { changedFields, keepUntilRestart } from './changes.ts';
import { hashOf } from './file.ts';
import { ConfigurationError, loadSettings } from './load.ts';

export interface Watch {
  readonly env: Environment;
  /** The settings that the process runs with. */
  readonly initial: Settings;
  /**
   * Called after a good re-read that changes something. In `settings` a field that needs a restart keeps its running
   * value; `needsRestart` names those whose value in the file is another one, and is empty again once it is not.
   */
  onChange(settings: Settings, changed: readonly string[], needsRestart: readonly string[]): void;
  /** Called after a bad re-read, once for each content; the last good settings stay. `hash` is that of the file, where it can be read. */
  onRejected(faults: readonly string[], hash: string | undefined): void;
  /** Called after every good one. */
  onAccepted?(): void;
  /** Milliseconds between two looks at the file. */
  readonly interval?: number;
}

export interface Watcher {
  /** Reads again now. */
  reread(): Promise<void>;
  close(): void;
}

/**
 * Follows the configuration file without a restart. It is polled, because a mounted ConfigMap changes by the swap of a
 * symbolic link in another directory, which file events do not report; the poll looks through the links.
 */
export function watchSettings({
  env,
  initial,
  onChange,
  onRejected,
  onAccepted,
  interval = 1000,
}: Watch): Watcher {
  let running = initial;
  let waiting: readonly string[] = [];
  let closed = false;
  /** What is wrong with the file as it is; told once, though it may be touched again. */
  let rejected = '';

  async function read(): Promise<void> {
    try {
      const loaded = await loadSettings(env);
      if (closed) return;
      rejected = '';
      onAccepted?.();
      const settings = keepUntilRestart(running, loaded);
      const changed = changedFields(running, settings);
      const needsRestart = changedFields(running, loaded).filter((field) => restartFields.includes(field));
      if (changed.length === 0 && needsRestart.join() === waiting.join()) return;
      onChange(settings, changed, needsRestart);
      running = settings;
      waiting = needsRestart;
    } catch (error) {
      const faults = faultsOf(error);
      const hash = await hashOf(env.FOURFOLD_CONFIG ?? '');
      const said = JSON.stringify([hash, faults]);
      if (closed || said === rejected) return;
      rejected = said;
      onRejected(faults, hash);
    }
  }

  // One read after the other, so that an older content never overtakes a newer one.
  let last = Promise.resolve();
  const reread = () => {
    last = last.then(read, read);
    return last;
  };

  const file = env.FOURFOLD_CONFIG;
  if (file === undefined || file === '') return { reread, close: () => {} };
  const look = () => void reread();
  watchFile(file, { interval, persistent: false }, look);
  // The file may have changed between the first load and the first look.
  look();
  return {
    reread,
    close() {
      closed = true;
      unwatchFile(file, look);
    },
  };
}

/** Whatever goes wrong while settings are taken over, the process goes on with those it has. */
function faultsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigurationError) return error.faults;
  return [
    `configuration: could not be taken over (${error instanceof Error ? error.message : String(error)})`,
  ];
}
