import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { file, folder } from '../../../../images/files.ts';
import type { Image } from '../../../../images/image.ts';
import { node, nodePath } from '../../../../images/node.ts';
import { shell } from './shell.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** A team's application: Node, the official `openai` SDK as npm installs it, and a page of code that knows of no cache. */
export const sample = async (name = 'localhost/sample:1'): Promise<Image> => ({
  name,
  layers: [
    await node(),
    [
      ...(await shell()),
      ...(await folder(join(root, 'node_modules/openai'), '/app/node_modules/openai')).filter(
        ({ path }) => !/\.(d\.[cm]?ts|map|md|ts)$/.test(path) && !path.includes('/src/'),
      ),
    ],
    [await file(fileURLToPath(new URL('sample/app.mjs', import.meta.url)), '/app/app.mjs')],
  ],
  entrypoint: [nodePath, '/app/app.mjs'],
  command: ['serve'],
  folder: '/app',
});
