import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { PartitionKey } from '../../crds/settings.ts';
import type { Asked, Dialect, JsonObject } from '../dialects/dialect.ts';

/** Request headers by lower-case name, as node gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What makes two requests the same: all hashes are SHA-256 in hex. */
export interface Identity {
  /** Whose answer it is. */
  readonly partition: string;
  /** Everything that must be equal; a hard filter in every phase. */
  readonly scope: string;
  /** The whole request, text included; the key of phase 3. */
  readonly exactKey: string;
  /** The id of the entry that this request stores or refreshes. */
  readonly id: string;
}

/** The same input to a hash of another version never gives the same scope, so old entries die instead of answering. */
const version = 'fourfold/1';

/**
 * Hashed over canonical JSON (RFC 8785), so that neither the order of fields nor white space counts.
 * @throws where the request holds what JSON cannot say canonically (a lone surrogate, a number beyond double range).
 */
export function identify(request: {
  dialect: Dialect;
  asked: Asked;
  /** Everything that must be equal, from the body. */
  fixed: JsonObject;
  identityHeaders: readonly unknown[];
  query: string;
  upstream: string;
  owner: string;
  partitionByUser: boolean;
  /** Answers to a last turn alone may rest on turns that nobody compared: they are no answers where all turns count. */
  lastTurn?: boolean;
  /** One that knows some values again, where there is one. */
  hashOf?: (value: unknown) => string;
}): RequestIdentity {
  const { dialect, asked, owner, hashOf = canonicalHash } = request;
  const partition = request.partitionByUser ? userPartition(owner, asked.user) : owner;
  const { upstream, query, identityHeaders, fixed } = request;
  const scope = hashOf([
    ...[version, dialect.name, upstream, query, partition, identityHeaders, fixed],
    ...(request.lastTurn === true ? ['lastTurn'] : []),
  ]);
  // Hashed as UTF-8, every lone surrogate would be the same character.
  if (asked.text?.isWellFormed() === false) throw new TypeError('not a well-formed text');
  return new RequestIdentity(partition, scope, asked.text);
}

/** Hashes the whole request only for who asks: a hit of the phases in the process does without. */
export class RequestIdentity implements Identity {
  readonly partition: string;
  readonly scope: string;
  readonly #text: string | undefined;
  #exactKey: string | undefined;

  /** `text` is well-formed. */
  constructor(partition: string, scope: string, text: string | undefined) {
    this.partition = partition;
    this.scope = scope;
    this.#text = text;
  }

  get exactKey(): string {
    // The two kinds of request are told apart, so that no structured request can pose as a text.
    this.#exactKey ??= sha256(
      this.#text === undefined ? `exact ${this.scope}` : `text ${this.scope} ${this.#text}`,
    );
    return this.#exactKey;
  }

  get id(): string {
    return idOf(this.exactKey);
  }
}

/** As an entry has them; spreading an identity would leave out what it hashes for who asks. */
export const keysOf = ({ partition, scope, exactKey, id }: Identity): Identity => ({
  partition,
  scope,
  exactKey,
  id,
});

/** Of one among many questions that a request holds; `what` tells it from the others of the same kind. */
export function identifyOne(whole: Identity, kind: string, what: string): Identity {
  const exactKey = sha256(`${kind} ${whole.scope} ${what}`);
  return { ...whole, exactKey, id: idOf(exactKey) };
}

/** What a request says of whom it is from. */
export interface Sender {
  readonly headers: Headers;
  readonly tenant: string | undefined;
}

/**
 * Whose answers a request may see, as far as its headers say. Credentials enter as a hash and are never kept; a tenant
 * named by the request counts beside the configured keys.
 */
export function ownerOf(keys: readonly PartitionKey[], { headers, tenant }: Sender): string {
  const parts: unknown[] = [version, tenant ?? null];
  for (const key of keys) {
    if (key === 'credential') {
      const ofGateways = gatewayHeaders.filter((name) => headers[name] !== undefined);
      parts.push(
        key,
        credentialHeaders.map((name) => headers[name] ?? null),
      );
      for (const name of ofGateways) parts.push([name, headers[name]]);
    } else for (const name of headersOf(key)) parts.push(key, headers[name] ?? null);
  }
  return sha256(`owner ${JSON.stringify(parts)}`);
}

/**
 * `ownerOf`, which knows the last sender again: an application mostly has one credential, and hashing it for each request
 * would cost more than the lookup.
 */
export class Owners {
  readonly #keys: readonly PartitionKey[];
  readonly #names: readonly string[];
  readonly #last: (string | string[] | undefined)[] = [];
  #owner: string | undefined;

  constructor(keys: readonly PartitionKey[]) {
    this.#keys = keys;
    this.#names = keys.flatMap(headersOf);
  }

  of(sender: Sender): string {
    if (this.#owner === undefined || !this.#isLast(sender)) {
      this.#last.splice(0, Number.POSITIVE_INFINITY, sender.tenant);
      for (const name of this.#names) this.#last.push(sender.headers[name]);
      this.#owner = ownerOf(this.#keys, sender);
    }
    return this.#owner;
  }

  /** Headers that came more than once are lists, never the same: then the owner is found out again. */
  #isLast({ headers, tenant }: Sender): boolean {
    if (this.#last[0] !== tenant) return false;
    for (let i = 0; i < this.#names.length; i++)
      if (this.#last[i + 1] !== headers[this.#names[i] as string]) return false;
    return true;
  }
}

/** The names of the headers that a key counts. */
function headersOf(key: PartitionKey): readonly string[] {
  if (key === 'credential') return [...credentialHeaders, ...gatewayHeaders];
  return key.startsWith('header:') ? [key.slice('header:'.length).toLowerCase()] : [];
}

/** With `partitionBy: user`: each end user of an owner by himself. */
export function userPartition(owner: string, user: string | undefined): string {
  return sha256(`user ${owner} ${user ?? ''}`);
}

/** Every header that a provider takes a key from. The reference tells them, and the next. */
export const credentialHeaders = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'];

/**
 * Those that gateways take one from: in front of a provider they tell their clients apart by these, while `Authorization` is
 * the same for all or is not there. A request without any has the owner that it had before they were known here. What chooses
 * who answers (`x-portkey-config`) is no key: whoever sends it names it in `partitionBy`.
 */
export const gatewayHeaders = [
  'ocp-apim-subscription-key',
  'apikey',
  'x-litellm-api-key',
  'x-portkey-api-key',
  'x-portkey-virtual-key',
  'cf-aig-authorization',
  'helicone-auth',
  'x-bf-vk',
];

/** The first half of the key, in base64url: 22 characters. */
export function idOf(exactKey: string): string {
  return Buffer.from(exactKey.slice(0, 32), 'hex').toString('base64url');
}

/** @throws where JSON cannot say the value canonically. */
export const canonicalHash = (value: unknown): string => sha256(canonical(value));

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** @throws where JSON cannot say the value canonically. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}
