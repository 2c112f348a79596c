import Type, { type Static, type StaticDecode } from 'typebox';
import { cacheFields } from './configuration.ts';
import { decisionLog } from './decision-log.ts';
import { duration, filePath, group, host, storeUrl } from './fields.ts';
import { redis } from './redis.ts';

/** What only a sidecar process has; in a cluster the operator and the injected container set these. */
const processFields = {
  store: storeUrl({
    description:
      'Where answers live: `memory://` in the process, `memory:///a/directory` also on disk across restarts, a Redis URL for all sidecars together.',
    default: 'memory://',
    restart: true,
  }),
  redis,
  decisionLog,
  host: host({
    description: 'Address of the port for the application.',
    default: '127.0.0.1',
    restart: true,
  }),
  port: Type.Integer({
    description: 'Port for the application; 0 takes a free one.',
    default: 4114,
    minimum: 0,
    maximum: 65535,
    restart: true,
  }),
  adminHost: host({ description: 'Address of the port for the cluster.', default: '0.0.0.0', restart: true }),
  adminPort: Type.Integer({
    description: 'Port for the cluster; 0 takes a free one.',
    default: 4115,
    minimum: 0,
    maximum: 65535,
    restart: true,
  }),
  adminTokenFile: filePath({
    description:
      'File that holds the token of `/cache/…` on the port for the cluster; without it that part is absent.',
    restart: true,
    secret: true,
  }),
  logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    description: 'The least important log line that is written.',
    default: 'info',
  }),
  drain: duration({
    description: 'How long running requests may take to end after SIGTERM.',
    default: '25s',
    from: '0s',
    to: '1h',
  }),
};

/** The whole configuration of a sidecar, as the user writes it. */
export const sidecarConfiguration = group('The configuration of a sidecar.', {
  ...cacheFields,
  ...processFields,
});

export type SidecarConfiguration = Static<typeof sidecarConfiguration>;

/** After defaults and decoding: durations are seconds, sizes are bytes. */
export type DecodedConfiguration = Complete<Omit<Decoded, MayBeAbsent>> & Pick<Decoded, MayBeAbsent>;

type MayBeAbsent = 'adminTokenFile' | 'maxErrorRate';

type Decoded = StaticDecode<typeof sidecarConfiguration>;
type Complete<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]-?: Complete<T[Key]> }
    : T;
