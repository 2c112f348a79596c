import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kube/clock.ts';
import type { Issued } from './authority.ts';
import type { Certificates } from './certificates.ts';

/** A Secret of type `kubernetes.io/tls`, mounted: cert-manager's or anybody's. It is read again and again. */
export class GivenCertificate implements Certificates {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #onTrouble: (error: Error) => void;

  constructor(folder: string, clock: Clock, onTrouble: (error: Error) => void) {
    this.#folder = folder;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  async follow(serve: (certificate: Issued) => Promise<void>, signal: AbortSignal): Promise<void> {
    let served: Issued | undefined;
    while (!signal.aborted) {
      try {
        const [cert, key] = await Promise.all(['tls.crt', 'tls.key'].map((name) => this.#read(name)));
        if (cert !== served?.cert || key !== served?.key) {
          await serve({ cert, key } as Issued);
          served = { cert, key } as Issued;
        }
      } catch (error) {
        // Perhaps one file is new and the other not yet; what is served stays until both fit.
        this.#onTrouble(error as Error);
      }
      await this.#clock.sleep(pauseMs, signal);
    }
  }

  /** Whoever gives the certificate also says whom to trust. */
  async lead(): Promise<void> {}

  #read(name: string): Promise<string> {
    return readFile(join(this.#folder, name), 'utf8');
  }
}

/** The node brings a changed Secret within a minute or so; looking more often would find nothing sooner. */
const pauseMs = 10_000;
