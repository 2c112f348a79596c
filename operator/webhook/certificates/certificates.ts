import type { Writer } from '../../kube/client.ts';
import type { Issued } from './authority.ts';

/** Where the certificate of the webhook comes from. */
export interface Certificates {
  /**
   * Hands over a certificate to serve with, and a new one whenever there is one, until the signal is given. One that could
   * not be put to use is handed over again. Never throws.
   */
  follow(serve: (certificate: Issued) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** What one replica alone does, for as long as it leads. Never throws. */
  lead(writer: Writer, signal: AbortSignal): Promise<void>;
}
