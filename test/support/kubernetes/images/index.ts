import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Image, images as shipped, writeArchive } from '../../../../images/index.ts';
import { pause } from './pause.ts';
import { provider } from './provider.ts';
import { redis } from './redis.ts';
import { sample } from './sample.ts';

/** What the local cluster runs, under the names by which manifests ask for it. */
export const local: Readonly<Record<string, () => Promise<Image>>> = {
  pause,
  redis,
  sidecar: () => shipped.sidecar!('localhost/fourfold-sidecar:1'),
  operator: () => shipped.operator!('localhost/fourfold-operator:1'),
  provider,
  sample,
};

export interface Packed {
  readonly name: string;
  readonly archive: string;
  readonly bytes: number;
  readonly ms: number;
}

/** Writes the archive of an image into a folder. */
export async function pack(which: string, folder: string): Promise<Packed> {
  const began = performance.now();
  const make = local[which];
  if (make === undefined) throw new Error(`expected one of ${Object.keys(local).join(', ')}, got ${which}`);
  const image = await make();
  await mkdir(folder, { recursive: true });
  const archive = join(folder, `${which}.tar`);
  const bytes = await writeArchive(archive, image);
  return { name: image.name, archive, bytes, ms: Math.round(performance.now() - began) };
}
