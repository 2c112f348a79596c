/** One answer in the cache, with everything that is needed to judge, replay, count and remove it. */
export interface Entry {
  /** Stable over refreshes: derived from `exactKey`. 22 characters of base64url. */
  readonly id: string;
  /** SHA-256 (hex) of the canonical request, partition included. Phase 3's key. */
  readonly exactKey: string;
  /** SHA-256 (hex) of everything that must be equal for an answer to be reusable. */
  readonly scope: string;
  /** SHA-256 (hex) of whose answer it is: credential, tenant, configured headers. */
  readonly partition: string;
  /** Name of the dialect that wrote `answer`; `tool` and `memory` for what agents keep. */
  readonly dialect: string;
  /** The provider's model name, as requested. */
  readonly model: string;
  /** The tool whose result this is. */
  readonly tool?: string;
  /** The last user text, or undefined where the request is compared by its exact bytes only. */
  readonly text: string | undefined;
  /** Unit length, of the store's dimension; undefined where the text was not embedded. */
  readonly vector: Float32Array | undefined;
  /** The dialect's canonical message: the provider's JSON answer, as UTF-8 bytes. */
  readonly answer: Uint8Array;
  readonly tags: readonly string[];
  /** Ids of documents that the answer depends on. */
  readonly sources: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch; from this moment on the entry is stale, and answers only where that is allowed. */
  readonly expiresAt: number;
  /** Milliseconds since the epoch; the store forgets the entry at this moment. Absent where that is `expiresAt`. */
  readonly keptUntil?: number | undefined;
  /** Tokens that a hit saves, as the provider counted them; 0 where it did not say. */
  readonly tokens: number;
  /** How the answer came, as `RhythmRecorder` writes it; absent where that is not kept. */
  readonly rhythm?: string | undefined;
}

export const keptUntil = (entry: Entry): number => entry.keptUntil ?? entry.expiresAt;

/** What an entry is for; statistics tell them apart. */
export type Kind = 'answers' | 'tools' | 'memories';

export const kinds: readonly Kind[] = ['answers', 'tools', 'memories'];

export function kindOf({ dialect }: Entry): Kind {
  return dialect === 'tool' ? 'tools' : dialect === 'memory' ? 'memories' : 'answers';
}
