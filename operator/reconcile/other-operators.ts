import { labels, namesOf } from '../../crds/names.ts';
import type { Client } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { configMaps, pods } from './kinds.ts';
import type { KnownCache, World } from './world.ts';

export interface OtherOperatorsParts {
  readonly world: World;
  readonly client: Client;
  readonly clock: Clock;
  /** Our own. */
  readonly operatorNamespace: string;
}

/**
 * Two operators that declare the same objects undo each other's work for ever. So whoever makes a cache writes its namespace
 * on the ConfigMap of the sidecars, and any other one leaves the cache alone for as long as pods of that operator are there.
 */
export class OtherOperators {
  readonly #parts: OtherOperatorsParts;
  /** By namespace: many caches ask for the same. */
  readonly #looks = new Map<string, { readonly at: number; readonly there: Promise<boolean> }>();

  constructor(parts: OtherOperatorsParts) {
    this.#parts = parts;
  }

  /** The namespace of the operator that serves this cache, where it is not ours. Never fails. */
  async servedFrom({ metadata: { name, namespace } }: KnownCache): Promise<string | undefined> {
    const { world, operatorNamespace } = this.#parts;
    const other = world.object(configMaps, `${namespace}/${namesOf(name).sidecar}`)?.servedFrom;
    if (other === undefined || other === operatorNamespace) return undefined;
    return (await this.#isThere(other)) ? other : undefined;
  }

  #isThere(namespace: string): Promise<boolean> {
    const now = this.#parts.clock.monotonic();
    const known = this.#looks.get(namespace);
    if (known !== undefined && now - known.at < lookEveryMs) return known.there;
    const there = this.#look(namespace);
    this.#looks.set(namespace, { at: now, there });
    return there;
  }

  async #look(namespace: string): Promise<boolean> {
    try {
      const { items } = await this.#parts.client.list(pods, {
        ...{ namespace, limit: 1, labelSelector: `${labels.operator}=true` },
        fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
      });
      return items.length > 0;
    } catch {
      // Who cannot be looked for, as with Roles in some namespaces, may be there.
      return true;
    }
  }
}

const lookEveryMs = 10_000;
