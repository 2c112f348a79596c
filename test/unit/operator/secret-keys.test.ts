import { expect, it } from 'vitest';
import type { Client } from '../../../operator/kube/client.ts';
import { keysOfSecret } from '../../../operator/reconcile/passwords.ts';

const keysOf = (...keys: string[]) => {
  const data = Object.fromEntries(keys.map((key) => [key, 'eA==']));
  return keysOfSecret({ get: async () => ({ data }) } as unknown as Client, 'shop', 'redis');
};

it.each([
  ['password'],
  ['username', 'password'],
  ['ca.crt'],
  ['ca.crt', 'tls.crt', 'tls.key'],
  ['sentinel-password'],
])('a Secret with %s is enough', async (...keys: string[]) => {
  expect(await keysOf(...keys)).toEqual(keys.toSorted());
});

it.each([
  [[], 'expected at least one of username, password'],
  [['redis-password'], 'found redis-password.'],
  [['username', 'redis-password'], 'expected password in the Secret redis, found redis-password, username.'],
  [['password', 'sentinel-username'], 'expected sentinel-password'],
  [['tls.crt'], 'expected tls.key'],
  [['tls.key'], 'expected tls.crt'],
])('one with %j lacks a key', async (keys, message) => {
  await expect(keysOf(...keys)).rejects.toThrow(message);
});
