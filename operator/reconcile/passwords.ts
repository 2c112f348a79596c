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
  if (memory.passwords === undefined) {
    const found = await stored(client, cache);
    if (found !== undefined && isReady(cache)) known.add(found);
    memory.passwords = found ?? newPasswords(randomBytes, wanted);
  }
  memory.passwords = rotated(memory.passwords, wanted, randomBytes);
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
 * word. @throws Stalled
 */
export async function keysOfSecret(client: Client, namespace: string, name: string): Promise<string[]> {
  try {
    const { data = {} } = await client.get<Secret>(secrets, { namespace, name });
    return Object.keys(data).toSorted();
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error;
    throw new Stalled(
      'SecretMissing',
      `redis.external.secretRef: there is no Secret ${name} in ${namespace}.`,
    );
  }
}
