import { randomBytes } from 'node:crypto';
import {
  newPasswords,
  type Passwords,
  readPasswords,
  rotated,
  wantedPasswords,
} from '../../cdk8s/cache/index.ts';
import { namesOf } from '../../crds/names.ts';
import { isFailure } from '../kube/api-error.ts';
import type { Client } from '../kube/client.ts';
import type { KubeObject } from '../kube/object.ts';
import { secrets } from './kinds.ts';
import type { Memory } from './memory.ts';
import { ownership } from './ownership.ts';
import { Stalled } from './stalled.ts';
import type { KnownCache } from './world.ts';

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The passwords of a cache: those of its Secret, read once; new ones where there is none. From then on the Secret follows
 * what is remembered, so whoever edits or deletes it changes nothing. Rotated where the annotation asks for it. `known`
 * takes those that every pod knows by the word of an earlier leader, who has called the cache ready with them.
 */
export async function passwordsOf(
  client: Client,
  cache: KnownCache,
  memory: Memory,
  known: WeakSet<Passwords>,
): Promise<Passwords> {
  const wanted = wantedPasswords(cache.metadata);
  const found = (await storedPasswords(client, cache, memory, known)) ?? newPasswords(randomBytes, wanted);
  memory.passwords = rotated(found, wanted, randomBytes);
  return memory.passwords;
}

/** Those that there are; none are made. */
export async function storedPasswords(
  client: Client,
  cache: KnownCache,
  memory: Memory,
  known: WeakSet<Passwords>,
): Promise<Passwords | undefined> {
  if (memory.passwords !== undefined) return memory.passwords;
  memory.passwords = await stored(client, cache);
  if (memory.passwords !== undefined && isReady(cache)) known.add(memory.passwords);
  return memory.passwords;
}

const isReady = ({ status }: KnownCache): boolean =>
  status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;

async function stored(client: Client, cache: KnownCache): Promise<Passwords | undefined> {
  const { name, namespace } = cache.metadata;
  try {
    const secret = await client.get<Secret>(secrets, { namespace, name: namesOf(name).redis });
    const whose = ownership(secret, cache);
    // Nobody's passwords are used but our own; that the name is taken is said where it is applied.
    return whose === 'ours' || whose === 'orphan' ? readPasswords(secret) : undefined;
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined;
    throw error;
  }
}

/**
 * What the Secret that `redis.external.secretRef` names holds. It has to be there: its pods would wait for it without a
 * word. And it has to hold something of use, or every sidecar would fail to log in. @throws Stalled
 */
export async function keysOfSecret(client: Client, namespace: string, name: string): Promise<string[]> {
  const missing = (what: string) => new Stalled('SecretMissing', `redis.external.secretRef: ${what}`);
  let keys: string[];
  try {
    const { data = {} } = await client.get<Secret>(secrets, { namespace, name });
    keys = Object.keys(data).toSorted();
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error;
    throw missing(`there is no Secret ${name} in ${namespace}.`);
  }
  const lacks = lackOf(keys);
  if (lacks === undefined) return keys;
  const found = keys.length === 0 ? 'nothing' : keys.join(', ');
  throw missing(`expected ${lacks} in the Secret ${name}, found ${found}.`);
}

/** Every key is optional, but none goes without the one that it is no use without. */
function lackOf(keys: readonly string[]): string | undefined {
  const useful = Object.keys(needs);
  if (!useful.some((key) => keys.includes(key))) return `at least one of ${useful.join(', ')}`;
  return useful
    .map((key) => (keys.includes(key) ? needs[key] : undefined))
    .find((key) => key !== undefined && !keys.includes(key));
}

const needs: Readonly<Record<string, string | undefined>> = {
  username: 'password',
  password: undefined,
  'sentinel-username': 'sentinel-password',
  'sentinel-password': undefined,
  'ca.crt': undefined,
  'tls.crt': 'tls.key',
  'tls.key': 'tls.crt',
};
