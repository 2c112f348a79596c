import { check } from '../../crds/check.ts';
import type { Node } from '../../crds/node.ts';
import { semanticCacheSpec } from '../../crds/semantic-cache.ts';
import type { KnownCache } from './world.ts';

/**
 * What is wrong with a spec, one line each. The API server has judged it when it was written; a resource from before a rule
 * existed is judged here, and does no harm to the others.
 */
export function faultsOf({ spec }: KnownCache): string[] {
  return check(semanticCacheSpec as Node, spec ?? {}, (path) => ['spec', ...path].join('.'));
}
