import { file, libraries } from '../../../../images/files.ts';
import type { Image } from '../../../../images/image.ts';
import { ensureRedisStack } from '../../../../sidecar/redis-stack/index.ts';
import { shell } from './shell.ts';

/** The real Redis Stack, laid out as its official image is, under the name by which a SemanticCache asks for it. */
export async function redis(name = 'redis/redis-stack-server:7.4.0-v3'): Promise<Image> {
  const { server, cli, modules } = await ensureRedisStack({ env: process.env, log: console.log });
  const home = '/opt/redis-stack';
  const [search = '', json = ''] = modules;
  return {
    name,
    layers: [
      [
        ...(await shell()),
        ...(await libraries(server, cli, ...modules)),
        { kind: 'folder', path: 'data', mode: 0o777 },
        { kind: 'folder', path: 'tmp', mode: 0o1777 },
        {
          kind: 'text',
          path: 'etc/passwd',
          text: 'root:x:0:0:root:/root:/bin/sh\nredis:x:999:999::/data:/bin/sh\n',
        },
        { kind: 'text', path: 'etc/group', text: 'root:x:0:\nredis:x:999:\n' },
      ],
      [
        await file(server, `${home}/bin/redis-server`, 0o755),
        await file(cli, `${home}/bin/redis-cli`, 0o755),
        { kind: 'link', path: 'opt/redis-stack/bin/redis-sentinel', target: 'redis-server' },
        await file(search, `${home}/lib/redisearch.so`, 0o755),
        await file(json, `${home}/lib/rejson.so`, 0o755),
        { kind: 'text', path: 'entrypoint.sh', mode: 0o755, text: entrypoint },
      ],
    ],
    entrypoint: ['/entrypoint.sh'],
    environment: { PATH: `${home}/bin:/usr/local/bin:/usr/bin:/bin` },
    user: '0:0',
    folder: '/data',
  };
}

const entrypoint = `#!/bin/sh
cd /data
exec redis-server --dir /data --bind 0.0.0.0 --protected-mode no \\
  --loadmodule /opt/redis-stack/lib/redisearch.so --loadmodule /opt/redis-stack/lib/rejson.so $REDIS_ARGS
`;
