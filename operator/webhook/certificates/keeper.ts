import { isFailure } from '../../kube/api-error.ts';
import type { Client, Writer } from '../../kube/client.ts';
import type { Clock } from '../../kube/clock.ts';
import type { Kind } from '../../kube/kind.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type Issued, lifeOf, newAuthority, newLeaf } from './authority.ts';
import type { Certificates } from './certificates.ts';
import {
  type Authorities,
  advance,
  bundleOf,
  dueAt,
  fromSecretData,
  type Times,
  toSecretData,
} from './rotation.ts';

export interface KeeperOptions {
  readonly client: Client;
  /** The Secret that holds the authorities. */
  readonly place: { readonly namespace: string; readonly name: string };
  /** Host names by which the API server calls. */
  readonly names: readonly string[];
  readonly times: Times;
  readonly clock: Clock;
  /** Tells the API server which authorities to trust: certificates in PEM. */
  readonly announce: (writer: Writer, bundle: string) => Promise<void>;
  readonly onTrouble: (error: Error) => void;
}

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

const secrets: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };

/**
 * The operator's own authorities. The leader writes them; every replica reads them and makes a serving certificate of its
 * own, whose key never leaves the process.
 */
export class Keeper implements Certificates {
  readonly #options: KeeperOptions;
  /** Short against `announceMs`: by the time that an authority signs, every replica and every API server has read it. */
  readonly #pauseMs: number;
  /** Outlives a Secret that was deleted, and an API server that is away. */
  #known: Authorities | undefined;
  #announced: { readonly bundle: string; readonly at: number } | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#pauseMs = Math.min(10_000, options.times.announceMs / 4);
  }

  async follow(serve: (certificate: Issued) => Promise<void>, signal: AbortSignal): Promise<void> {
    let served: { readonly signer: string; readonly renewAt: number } | undefined;
    await this.#again(signal, async () => {
      await this.#read().catch(this.#options.onTrouble);
      const signer = this.#known?.current;
      const now = this.#now();
      if (signer === undefined || (served?.signer === signer.cert && now < served.renewAt)) return;
      const lifeMs = Math.min(this.#options.times.leafMs, lifeOf(signer.cert).until - now);
      // It has run out while the leader was away: nobody believes it any more.
      if (lifeMs <= 0) return;
      await serve(await newLeaf(signer, this.#options.names, now, lifeMs));
      served = { signer: signer.cert, renewAt: dueAt({ from: now, until: now + lifeMs }) };
    });
  }

  async lead(writer: Writer, signal: AbortSignal): Promise<void> {
    this.#announced = undefined;
    await this.#again(signal, () => this.#advance(writer));
  }

  async #advance(writer: Writer): Promise<void> {
    const { times } = this.#options;
    const { secret, state } = await this.#read();
    const before = state ?? this.#known;
    // Again and again: an upgrade of the installation may have taken it away.
    if (before !== undefined) await this.#announce(writer, before);
    const now = this.#now();
    const after = this.#mayAdvance(before)
      ? await advance(before, now, times, { lifeOf, make: () => newAuthority(now, times.authorityMs) })
      : before;
    if (after === undefined) return;
    if (after !== state) await this.#write(writer, after, secret);
    if (after !== before) await this.#announce(writer, after);
  }

  /** What signs next has been announced by this leader for long enough: announcing may have failed for a while. */
  #mayAdvance(state: Authorities | undefined): boolean {
    const { clock, times } = this.#options;
    if (state?.next === undefined || lifeOf(state.current.cert).until <= this.#now()) return true;
    return this.#announced !== undefined && clock.monotonic() - this.#announced.at >= times.announceMs;
  }

  async #announce(writer: Writer, state: Authorities): Promise<void> {
    const bundle = bundleOf(state);
    await this.#options.announce(writer, bundle);
    if (this.#announced?.bundle === bundle) return;
    this.#announced = { bundle, at: this.#options.clock.monotonic() };
  }

  async #read(): Promise<{ secret?: Secret; state?: Authorities | undefined }> {
    const { client, place } = this.#options;
    try {
      const secret = await client.get<Secret>(secrets, place);
      const state = readable(secret);
      this.#known = state ?? this.#known;
      return { secret, state };
    } catch (error) {
      if (isFailure(error, 'not-found')) return {};
      throw error;
    }
  }

  /** Refused where another leader was faster; what he wrote is then read. */
  async #write(writer: Writer, state: Authorities, there: Secret | undefined): Promise<void> {
    const { namespace, name } = this.#options.place;
    const data = Object.fromEntries(
      Object.entries(toSecretData(state)).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    );
    const { labels, annotations, resourceVersion } = there?.metadata ?? {};
    const manifest = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace,
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      type: 'Opaque',
      data,
    };
    if (there === undefined) await writer.create(secrets, manifest);
    else await writer.replace(secrets, manifest);
    this.#known = state;
  }

  async #again(signal: AbortSignal, step: () => Promise<void>): Promise<void> {
    const { clock, onTrouble } = this.#options;
    while (!signal.aborted) {
      await step().catch((error: Error) => {
        if (!signal.aborted) onTrouble(error);
      });
      // The first authority is waited for, by pods that ask.
      await clock.sleep(this.#known === undefined ? Math.min(500, this.#pauseMs) : this.#pauseMs, signal);
    }
  }

  #now = (): number => this.#options.clock.wall().getTime();
}

/** Undefined for a Secret that somebody has damaged: it is then written anew. */
function readable({ data = {} }: Secret): Authorities | undefined {
  const texts = Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]);
  const state = fromSecretData(Object.fromEntries(texts));
  if (state === undefined) return undefined;
  const certificates = [state.current, state.next, state.previous].flatMap((each) => each?.cert ?? []);
  return certificates.every(isCertificate) ? state : undefined;
}

function isCertificate(pem: string): boolean {
  try {
    lifeOf(pem);
    return true;
  } catch {
    return false;
  }
}
