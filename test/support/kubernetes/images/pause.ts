import { file } from '../../../../images/files.ts';
import type { Image } from '../../../../images/image.ts';
import { onPath } from '../programs.ts';

/** Holds a pod's namespaces, and does nothing. */
export const pause = async (name = 'localhost/pause:1'): Promise<Image> => ({
  name,
  layers: [[await file(busyboxPath(), '/busybox')]],
  entrypoint: [
    '/busybox',
    'sh',
    '-c',
    'trap "exit 0" TERM INT; while :; do /busybox sleep 3600 & wait; done',
  ],
});

/** Statically linked: it runs in an image with nothing else. */
export function busyboxPath(): string {
  const path = onPath('busybox');
  if (path === undefined) throw new Error('busybox is not on the PATH: apt-get install busybox-static');
  return path;
}
