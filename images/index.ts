import type { Image } from './image.ts';
import { operator } from './operator.ts';
import { sidecar } from './sidecar.ts';

/** What ships. `Dockerfile` and the local cluster lay out these and nothing else. */
export const images = { sidecar, operator } satisfies Record<string, (name: string) => Promise<Image>>;

export { writeArchive } from './archive.ts';
export type { Image } from './image.ts';
