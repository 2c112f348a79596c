import { file, libraries } from './files.ts';
import type { TarEntry } from './tar.ts';

export const nodePath = '/usr/local/bin/node';

/**
 * Node and the shared libraries that it needs, and nothing else: no shell, no package manager. It brings its own
 * certificates of authorities, time zones and languages.
 */
export const node = (): Promise<TarEntry[]> => {
  shared ??= gather();
  return shared;
};

/** One array for all images, so that an archive of several has the layer once. */
let shared: Promise<TarEntry[]> | undefined;

const gather = async (): Promise<TarEntry[]> => [
  await file(process.execPath, nodePath),
  ...(await libraries(process.execPath)),
  { kind: 'folder', path: 'tmp', mode: 0o1777 },
  { kind: 'text', path: 'etc/passwd', text: users.map((user) => `${user}\n`).join('') },
  { kind: 'text', path: 'etc/group', text: 'root:x:0:\nnonroot:x:65532:\n' },
];

const users = ['root:x:0:0:root:/root:/sbin/nologin', 'nonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin'];
