import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Image } from './image.ts';
import { type TarEntry, writeTar } from './tar.ts';

/**
 * An archive as `docker save` writes it, which containerd, kind and minikube load. A layer that several images have, as the
 * same array, is in it once. Gives its size in bytes.
 */
export async function writeArchive(file: string, images: readonly Image[]): Promise<number> {
  const work = await mkdtemp(join(dirname(file), 'image-'));
  try {
    const layers = new Map<readonly TarEntry[], Layer>();
    for (const entries of images.flatMap((image) => image.layers)) {
      if (layers.has(entries)) continue;
      const source = join(work, `${layers.size}.tar`);
      const { sha256, bytes } = await writeTar(source, withParents(entries));
      layers.set(entries, { sha256, path: `${sha256}/layer.tar`, source, bytes });
    }
    const configs = images.map((image) => {
      const own = image.layers.flatMap((entries) => layers.get(entries) ?? []);
      const text = JSON.stringify(configOf(image, own));
      const path = `${createHash('sha256').update(text).digest('hex')}.json`;
      return {
        path,
        text,
        tag: { Config: path, RepoTags: [image.name], Layers: own.map((layer) => layer.path) },
      };
    });
    const whole = join(work, 'whole.tar');
    const { bytes } = await writeTar(whole, [
      ...configs.map(({ path, text }): TarEntry => ({ kind: 'text', path, text })),
      ...[...layers.values()].map((layer): TarEntry => ({ kind: 'file', mode: 0o644, ...layer })),
      { kind: 'text', path: 'manifest.json', text: JSON.stringify(configs.map(({ tag }) => tag)) },
    ]);
    await rename(whole, file);
    return bytes;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Layer {
  readonly sha256: string;
  readonly bytes: number;
  /** In the archive, and here. */
  readonly path: string;
  readonly source: string;
}

const configOf = (image: Image, layers: readonly Layer[]) => ({
  architecture: process.arch === 'x64' ? 'amd64' : process.arch,
  os: 'linux',
  config: {
    ...(image.entrypoint ? { Entrypoint: image.entrypoint } : {}),
    ...(image.command ? { Cmd: image.command } : {}),
    Env: Object.entries({
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...image.environment,
    }).map(([name, value]) => `${name}=${value}`),
    User: image.user ?? '65532:65532',
    WorkingDir: image.folder ?? '/',
  },
  rootfs: { type: 'layers', diff_ids: layers.map(({ sha256 }) => `sha256:${sha256}`) },
});

/** Every path once, and every folder on the way an entry too, before what lies in it. */
function withParents(entries: readonly TarEntry[]): TarEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const parents = new Set<string>();
  for (const path of byPath.keys()) {
    const steps = path.split('/');
    for (let depth = 1; depth < steps.length; depth++) {
      const parent = steps.slice(0, depth).join('/');
      if (!byPath.has(parent)) parents.add(parent);
    }
  }
  const folders = [...parents].toSorted().map((path): TarEntry => ({ kind: 'folder', path }));
  return [...folders, ...byPath.values()];
}
