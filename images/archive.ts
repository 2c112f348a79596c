import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Image } from './image.ts';
import { type TarEntry, writeTar } from './tar.ts';

/** An archive as `docker save` writes it, which containerd, kind and minikube load. Gives its size in bytes. */
export async function writeArchive(file: string, image: Image): Promise<number> {
  const work = await mkdtemp(join(dirname(file), 'image-'));
  try {
    const layers: { sha256: string; path: string }[] = [];
    for (const [at, entries] of image.layers.entries()) {
      const path = join(work, `${at}.tar`);
      layers.push({ ...(await writeTar(path, withParents(entries))), path });
    }
    const config = JSON.stringify(
      configOf(
        image,
        layers.map(({ sha256 }) => `sha256:${sha256}`),
      ),
    );
    const id = createHash('sha256').update(config).digest('hex');
    const manifest = [
      {
        Config: `${id}.json`,
        RepoTags: [image.name],
        Layers: layers.map(({ sha256 }) => `${sha256}/layer.tar`),
      },
    ];
    const files = await Promise.all(
      layers.map(async ({ sha256, path }): Promise<TarEntry> => {
        const { size } = await stat(path);
        return { kind: 'file', path: `${sha256}/layer.tar`, mode: 0o644, source: path, bytes: size };
      }),
    );
    const whole = join(work, 'whole.tar');
    const { bytes } = await writeTar(whole, [
      { kind: 'text', path: `${id}.json`, text: config },
      ...files,
      { kind: 'text', path: 'manifest.json', text: JSON.stringify(manifest) },
    ]);
    await rename(whole, file);
    return bytes;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const configOf = (image: Image, diffIds: readonly string[]) => ({
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
  rootfs: { type: 'layers', diff_ids: diffIds },
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
