import { type Facts, newPasswords } from '../../../cdk8s/cache/index.ts';
import { apiVersion, kind } from '../../../crds/names.ts';
import type { SemanticCache, SemanticCacheSpec } from '../../../crds/semantic-cache.ts';

export function semanticCache(
  spec: SemanticCacheSpec = {},
  name = 'support',
  namespace = 'default',
): SemanticCache {
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}

/** Bytes that are the same in every run, so that a golden can hold them, and others at each call. */
export function sameBytes(): (bytes: number) => Uint8Array {
  let calls = 0;
  return (bytes) => new Uint8Array(bytes).fill(++calls);
}

export const factsWithoutPasswords: Facts = {
  images: { redis: 'redis/redis-stack-server:7.4.0-v3', sidecar: 'fourfold:0.1.0' },
  operatorNamespace: 'fourfold',
  podMonitors: false,
};

export const facts = { ...factsWithoutPasswords, passwords: newPasswords(sameBytes(), '') };
