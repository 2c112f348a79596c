import type { Client } from '../kube/client.ts';
import { events } from '../kube/events.ts';
import type { KubeObject } from '../kube/object.ts';

/** A workload that has fewer pods than it should. */
export interface RefusedTarget {
  readonly namespace: string;
  readonly uid: string;
  /** What was said before that time of the API server does not count. */
  readonly since?: string;
}

/** What its controller said when it could not make a pod last; undefined where it has not, or nobody could look. */
export type Refused = string | undefined;

interface Said extends KubeObject {
  readonly note?: string;
  readonly series?: { readonly lastObservedTime?: string };
  readonly deprecatedLastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** Never fails. A quota, limits of the namespace, a policy: nothing but the events of the workload tells of them. */
export function lookForRefused(client: Client): (target: RefusedTarget) => Promise<Refused> {
  return async ({ namespace, uid, since }) => {
    try {
      const fieldSelector = `regarding.uid=${uid},reason=FailedCreate`;
      const { items } = await client.list<Said>(events, { namespace, fieldSelector, limit: 100 });
      const from = since === undefined ? 0 : Date.parse(since);
      const counting = items.filter((each) => saidAt(each) >= from);
      return counting.toSorted((a, b) => saidAt(b) - saidAt(a))[0]?.note;
    } catch {
      // The API server is away, or a role from before events were read: the condition only says less.
      return undefined;
    }
  };
}

/** What repeats itself is one event with the time of the last. */
const saidAt = ({ series, deprecatedLastTimestamp, eventTime }: Said): number =>
  Date.parse(series?.lastObservedTime ?? deprecatedLastTimestamp ?? eventTime ?? '') || 0;
