import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Image, images as shipped, writeArchive } from '../../../../images/index.ts';
import { pause } from './pause.ts';
import { provider } from './provider.ts';
import { python } from './python.ts';
import { redis } from './redis.ts';
import { sample } from './sample.ts';

/** What the local cluster runs, under the names by which manifests ask for it. */
const local = {
  pause,
  redis,
  sidecar: () => shipped.sidecar('localhost/fourfold-sidecar:1'),
  operator: () => shipped.operator('localhost/fourfold-operator:1'),
  provider,
  sample,
  python,
} satisfies Record<string, () => Promise<Image>>;

export type Local = keyof typeof local;

/** Writes an archive of these images. */
export async function pack(
  which: readonly Local[],
  archive: string,
): Promise<{ names: string[]; bytes: number }> {
  const images = await Promise.all(which.map((name) => local[name]()));
  await mkdir(dirname(archive), { recursive: true });
  return { names: images.map(({ name }) => name), bytes: await writeArchive(archive, images) };
}
