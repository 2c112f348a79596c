import { execFileSync } from 'node:child_process';
import { file } from '../../../../images/files.ts';
import type { TarEntry } from '../../../../images/tar.ts';
import { busyboxPath } from './pause.ts';

/** `sh` and the usual tools, for images in which somebody looks around. */
export async function shell(): Promise<TarEntry[]> {
  const tools = execFileSync(busyboxPath(), ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  return [
    await file(busyboxPath(), '/bin/busybox'),
    ...tools
      .filter((tool) => tool !== 'busybox')
      .map((tool): TarEntry => ({ kind: 'link', path: `bin/${tool}`, target: 'busybox' })),
    { kind: 'link', path: 'usr/bin/env', target: '../../bin/busybox' },
  ];
}
