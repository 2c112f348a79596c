import { amount } from '../../crds/amount.ts';
import { isFailure } from '../kube/api-error.ts';
import type { Writer } from '../kube/client.ts';
import type { KeptClaim } from './kept.ts';
import { claims as kind } from './kinds.ts';
import { Stalled } from './stalled.ts';

/** The claims that have to grow to the declared size. Kubernetes lets nobody shrink them, and the schema refuses it. */
export function toGrow(claims: readonly KeptClaim[], size: string | number): KeptClaim[] {
  return claims.filter(({ requested, metadata }) => {
    if (requested === undefined || metadata.deletionTimestamp !== undefined) return false;
    return amount(requested) < amount(size);
  });
}

/** Whether a claim still waits for the size that it asks for. */
export const isGrowing = ({ requested, capacity }: KeptClaim): boolean =>
  requested !== undefined && capacity !== undefined && amount(capacity) < amount(requested);

/** @throws Stalled where the storage class does not allow it, ApiError */
export async function grow(
  writer: Writer,
  claims: readonly KeptClaim[],
  size: string | number,
): Promise<void> {
  for (const { metadata } of claims) {
    const patch = { spec: { resources: { requests: { storage: String(size) } } } };
    await writer.merge(kind, metadata, patch).catch((error: unknown) => {
      if (!isFailure(error, 'forbidden', 'invalid')) throw error;
      throw new Stalled('VolumeCannotGrow', `${metadata.name}: ${(error as Error).message}`);
    });
  }
}
