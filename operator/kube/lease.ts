import type { Client, Writer } from './client.ts';
import type { Kind } from './kind.ts';
import type { KubeObject, Manifest, ObjectMeta } from './object.ts';

export const leases: Kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases' };

/** Who leads, as the API server has it. Times are for people: nobody compares them with a clock of his own. */
export interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}

export interface Lease extends KubeObject {
  readonly metadata: ObjectMeta;
  readonly spec?: Partial<LeaseSpec>;
}

export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

export const readLease = (client: Client, place: LeasePlace, signal: AbortSignal): Promise<Lease> =>
  client.get<Lease>(leases, place, signal);

/** Made where there is none, else replaced as it was read: of two that try at once, one fails with `conflict` or `exists`. */
export function writeLease(
  writer: Writer,
  place: LeasePlace,
  read: Lease | undefined,
  spec: LeaseSpec,
): Promise<Lease> {
  const { apiVersion, kind } = leases;
  const manifest: Manifest = { apiVersion, kind, metadata: read?.metadata ?? place, spec };
  return read === undefined ? writer.create(leases, manifest) : writer.replace(leases, manifest);
}

/** `MicroTime` of the API. */
export const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z');
