import type { Image } from './image.ts';
import { node, nodePath } from './node.ts';
import { bundles } from './program.ts';

/** Old space for five hundred caches and more; an installation with thousands sets its own. */
export const nodeOptions = '--max-semi-space-size=4 --max-old-space-size=160';

export const operator = async (name: string): Promise<Image> => ({
  name,
  layers: [await node(), await bundles('operator')],
  entrypoint: [nodePath, '/app/dist/fourfold.js'],
  command: ['operator'],
  environment: { NODE_ENV: 'production', NODE_OPTIONS: nodeOptions },
  folder: '/app',
});
