import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives the pages back that starting has left half empty, of the heap of the thread that calls: V8 itself would keep them, since
 * nothing asks for a collection of a heap that no longer grows. Holds the thread for some 40 ms, so it is for starts only. See
 * docs/decisions/0001-type-stripping-and-one-bundle.md.
 */
export function compactHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect: NodeJS.GCFunction | undefined = runInNewContext('globalThis.gc');
  collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
