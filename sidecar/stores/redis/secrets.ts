import { readFile } from 'node:fs/promises';
import { certificateFault } from './client-certificate.ts';

/** What proves who we are and who Redis is. Never logged. */
export interface Secrets {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /** PEM. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the server's certificate must have, where it is not the host's. */
  readonly serverName?: string | undefined;
}

export interface SecretPaths {
  readonly usernameFile?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly sentinelUsernameFile?: string | undefined;
  readonly sentinelPasswordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly serverName?: string | undefined;
}

/**
 * Read anew for every connection, so that what was rotated counts without a restart. A file that is not there says nothing:
 * each key of a mounted Secret is optional, and the whole Secret may come after the pod. Redis then says what it misses.
 * @throws where a file is there and cannot be read, and where certificate and key are no pair that can be shown.
 */
export async function readSecrets(paths: SecretPaths, now = Date.now()): Promise<Secrets> {
  const [username, password, sentinelUsername, sentinelPassword, ca, cert, key] = await Promise.all([
    read(paths, 'usernameFile'),
    read(paths, 'passwordFile'),
    read(paths, 'sentinelUsernameFile'),
    read(paths, 'sentinelPasswordFile'),
    read(paths, 'caFile'),
    read(paths, 'certFile'),
    read(paths, 'keyFile'),
  ]);
  const fault = certificateFault({ cert, key }, now);
  if (fault !== undefined) throw new Error(fault);
  return {
    username: line(username),
    password: line(password),
    sentinelUsername: line(sentinelUsername),
    sentinelPassword: line(sentinelPassword),
    ca,
    cert,
    key,
    serverName: paths.serverName,
  };
}

/** A file that was written by hand ends in a line break that nobody meant. */
const line = (text: string | undefined): string | undefined => text?.replace(/\r?\n$/, '');

async function read(paths: SecretPaths, name: keyof SecretPaths): Promise<string | undefined> {
  const path = paths[name];
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    // Not the path: it may be the secret itself, put where its file should be named.
    throw new Error(`redis.${inGroup(name)}: expected a file that can be read, found ${code}`);
  }
}

const inGroup = (name: string): string => (/^(ca|cert|key)File$/.test(name) ? `tls.${name}` : name);
