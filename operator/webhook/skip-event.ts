import type { Writer } from '../kube/client.ts';
import type { Events } from '../kube/events.ts';
import type { Admitted, Review } from './admission.ts';
import type { Pod } from './pod.ts';

/**
 * On whatever owns the pod: the pod itself is not there yet, and its successors would each say it again. A pod of nobody
 * has its annotation and the warning that its author sees.
 */
export function tellSkipped(
  events: Events,
  writer: Writer,
  { request }: Review,
  { message }: Extract<Admitted, { outcome: 'skipped' }>,
): void {
  const { metadata } = request.object as unknown as Pod;
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  // A rehearsal leaves nothing behind.
  if (owner === undefined || request.dryRun === true) return;
  const { apiVersion, kind, name, uid } = owner;
  const regarding = { apiVersion, kind, metadata: { name, uid, namespace: request.namespace ?? 'default' } };
  const occurrence = { type: 'Warning', reason: 'SidecarSkipped', action: 'Inject', note: message } as const;
  // Never fails; nobody waits for it.
  void events.tell(writer, regarding, occurrence);
}
