import Type from 'typebox';
import { duration, filePath, group, host, text } from './fields.ts';
import { isPrefix, prefixRule } from './redis-url.ts';

const secretFile = (description: string) => filePath({ description, restart: true, secret: true });
const pemFile = (description: string) => filePath({ description, restart: true });

/** How the store behind a `redis` URL is reached and kept; the URL itself is `store`. */
export const redis = group('The shared store, where `store` is a Redis URL.', {
  prefix: text((value) => (typeof value === 'string' && isPrefix(value) ? undefined : prefixRule), {
    description: 'Beginning of every key of this cache; caches of different prefixes share nothing.',
    default: 'fourfold:',
    range: prefixRule,
    restart: true,
  }),
  usernameFile: secretFile('File that holds the user name; read anew for every connection.'),
  passwordFile: secretFile('File that holds the password; read anew for every connection.'),
  sentinelUsernameFile: secretFile('The same for Sentinel, which has its own users.'),
  sentinelPasswordFile: secretFile('The same for Sentinel, which has its own passwords.'),
  tls: group('Certificates, with `rediss`; read anew for every connection.', {
    caFile: pemFile('PEM file of the authorities that may sign the certificate of Redis.'),
    certFile: pemFile('PEM file of the certificate that is shown to Redis.'),
    keyFile: secretFile('PEM file of its private key.'),
    serverName: host({
      description: 'The name that the certificate of Redis must have, where it is not that of the host.',
      restart: true,
    }),
  }),
  deadline: duration({
    description: 'How long a lookup waits for Redis.',
    default: '50ms',
    from: '1ms',
    to: '10s',
    restart: true,
  }),
  writeDeadline: duration({
    description: 'How long storing and removing wait for each answer of Redis; no request waits for them.',
    default: '1s',
    from: '10ms',
    to: '1m',
    restart: true,
  }),
  eviction: Type.Enum(['lru', 'lfu'], {
    description:
      'Which answers leave beyond `maxEntries`: the least recently used, or the least often (what was long ago counts less).',
    default: 'lru',
    restart: true,
  }),
  ttlJitter: Type.Number({
    description:
      'Answers live shorter by a random share of their `ttl`, up to this, so that they do not all end at once.',
    default: 0.05,
    minimum: 0,
    maximum: 0.5,
    restart: true,
  }),
  staleness: duration({
    description:
      'How long the phases in the process (1 and 2) go on answering while Redis cannot tell them what was removed.',
    default: '1m',
    from: '2s',
    to: '24h',
    restart: true,
  }),
  warmEntries: Type.Integer({
    description: 'Answers that the phases in the process read from Redis at the start, the most used first.',
    default: 1_000,
    minimum: 0,
    maximum: 100_000,
    restart: true,
  }),
  index: group('The vector index.', {
    type: Type.Enum(['auto', 'flat', 'hnsw'], {
      description:
        '`flat` compares all vectors of a scope; `hnsw` walks a graph; `auto` decides by `maxEntries`.',
      default: 'auto',
      restart: true,
    }),
    m: Type.Integer({
      description: 'HNSW: links of each vector.',
      default: 12,
      minimum: 2,
      maximum: 512,
      restart: true,
    }),
    efConstruction: Type.Integer({
      description: 'HNSW: candidates looked at when a vector is linked.',
      default: 200,
      minimum: 1,
      maximum: 4096,
      restart: true,
    }),
    efRuntime: Type.Integer({
      description: 'HNSW: candidates looked at when neighbours are searched.',
      default: 128,
      minimum: 1,
      maximum: 4096,
      restart: true,
    }),
  }),
});

/** Of these, what a SemanticCache says too, under the same names; the rest follows from where its Redis is. */
export const useOfRedis = [
  'deadline',
  'writeDeadline',
  'eviction',
  'ttlJitter',
  'staleness',
  'warmEntries',
  'index',
] as const;
