import type { Image } from '../../../../images/image.ts';
import { node, nodePath } from '../../../../images/node.ts';
import { bundled } from './bundled.ts';

/** The stand-in for the provider. */
export const provider = async (name = 'localhost/provider:1'): Promise<Image> => ({
  name,
  layers: [await node(), [await bundled('test/support/provider/main.ts', '/app/provider.mjs')]],
  entrypoint: [nodePath, '/app/provider.mjs', '--host', '0.0.0.0', '--port', '7401'],
  folder: '/app',
});
