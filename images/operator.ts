import type { Image } from './image.ts';
import { node, nodePath } from './node.ts';
import { bundles } from './program.ts';

export const operator = async (name: string): Promise<Image> => ({
  name,
  layers: [await node(), await bundles('operator')],
  entrypoint: [nodePath, '/app/dist/fourfold.js'],
  command: ['operator'],
  environment: { NODE_ENV: 'production' },
  folder: '/app',
});
