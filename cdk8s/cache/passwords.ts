import { createHash } from 'node:crypto';
import { annotations } from '../../crds/names.ts';

/**
 * The passwords of one cache. They are made once, live in the Secret of Redis, and are never derived from anything. After
 * a rotation the ones before stay good until the next, so that nobody is locked out while the new ones spread.
 */
export const users = ['operator', 'replication', 'sentinel', 'sidecar'] as const;
export type User = (typeof users)[number];

export interface Passwords {
  readonly current: Readonly<Record<User, string>>;
  readonly previous?: Readonly<Record<User, string>>;
  /** Token of the sidecars' own API on the port for the cluster. */
  readonly adminToken: string;
  /** The value of the annotation `fourfold.dev/rotate-passwords` that they were made for. */
  readonly madeFor: string;
}

/** Random bytes; `crypto.randomBytes` in the program. */
export type Random = (bytes: number) => Uint8Array;

/** 192 bits each, in letters that need no quoting anywhere. */
const secret = (random: Random) => Buffer.from(random(24)).toString('base64url');

const everyUser = (value: (user: User) => string) =>
  Object.fromEntries(users.map((user) => [user, value(user)])) as Record<User, string>;

export function newPasswords(random: Random, wanted: string): Passwords {
  return { current: everyUser(() => secret(random)), adminToken: secret(random), madeFor: wanted };
}

/** New passwords where the annotation has changed since; else the same. */
export function rotated(passwords: Passwords, wanted: string, random: Random): Passwords {
  if (passwords.madeFor === wanted) return passwords;
  return { ...newPasswords(random, wanted), previous: passwords.current };
}

/** What the annotation of a SemanticCache asks for. */
export function wantedPasswords(metadata: { annotations?: Readonly<Record<string, string>> }): string {
  return metadata.annotations?.[annotations.rotatePasswords] ?? '';
}

interface SecretLike {
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Of the Secret of Redis, as the API server gives it; undefined where one is missing. */
export function readPasswords({ data = {}, metadata }: SecretLike): Passwords | undefined {
  const read = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const current = everyUser((user) => read(user));
  const previous = everyUser((user) => read(`${user}.previous`));
  const adminToken = read('admin-token');
  if (Object.values(current).includes('') || adminToken === '') return undefined;
  const madeFor = metadata.annotations?.[annotations.passwordsFor] ?? '';
  const isRotated = !Object.values(previous).includes('');
  return { current, adminToken, madeFor, ...(isRotated ? { previous } : {}) };
}

/** The keys of the Secret that hold them. */
export function passwordEntries({ current, previous, adminToken }: Passwords): Record<string, string> {
  const before = Object.entries(previous ?? {}).map(([user, password]) => [`${user}.previous`, password]);
  return { ...current, ...Object.fromEntries(before), 'admin-token': adminToken };
}

/** As an ACL file names a password without telling it. */
export function passwordHashes({ current, previous }: Passwords, user: User): string {
  const all = [current[user], ...(previous === undefined ? [] : [previous[user]])];
  return all.map((password) => `#${createHash('sha256').update(password).digest('hex')}`).join(' ');
}
