import { LRUCache } from 'lru-cache';
import type { Settings } from '../../crds/settings.ts';
import { excludedBy, rulesOf } from '../cacheability/index.ts';
import type { Rule } from '../cacheability/rule.ts';
import type { Asked, Dialect } from '../dialects/dialect.ts';
import {
  canonicalHash,
  type Headers,
  type Identity,
  identify,
  idOf,
  Owners,
  RequestIdentity,
  sha256,
} from '../lookup/identity.ts';
import { type Framed, Frames } from './frames.ts';
import { parseBody } from './parse-body.ts';
import { withoutCredentials } from './query-credentials.ts';

/** A request as the cache sees it. */
export interface ReadRequest {
  readonly asked: Asked;
  readonly identity: Identity;
}

/**
 * Reads requests into what they ask and what makes them the same. The same bytes from the same owner read the same, so
 * that a repeat, which is what a cache lives on, is parsed and hashed once.
 */
export class RequestReader {
  readonly #known = new LRUCache<string, ReadRequest>({
    maxSize: 1_000_000,
    // With what is read of it.
    sizeCalculation: (_, key) => key.length + 700,
    maxEntrySize: 16_384,
  });
  /** Hashes by JSON as it was written: what is fixed in an application's requests comes again with each text. */
  readonly #hashes = new LRUCache<string, string>({
    maxSize: 200_000,
    sizeCalculation: (_, key) => key.length,
  });
  readonly #frames = new Frames();
  #from: { readonly parts: readonly unknown[]; readonly id: string } = { parts: [], id: '' };
  readonly #strings = new LRUCache<string, string>({ max: 2_000 });
  #settings: Settings | undefined;
  #rules: readonly Rule[] = [];
  #owners = new Owners([]);
  readonly #accounts = new Owners(['credential']);

  /** Undefined where the body is not a JSON object that can be told apart from others: the provider judges it. */
  read(
    dialect: Dialect,
    settings: Settings,
    request: { headers: Headers; path: string; query: string; tenant: string | undefined; body: Buffer },
  ): ReadRequest | undefined {
    if (settings !== this.#settings) {
      this.#known.clear();
      this.#frames.clear();
      this.#settings = settings;
      this.#rules = rulesOf(settings.exclude);
      this.#owners = new Owners(settings.partitionBy);
    }
    const { path, body } = request;
    const { headers, query } = withoutCredentials(dialect, request);
    // Credentials stand in the key as a hash only.
    const owner = this.#owners.of({ headers, tenant: request.tenant });
    const identityHeaders = dialect.identityHeaders.map((name) => headers[name] ?? null);
    const account = settings.partitionBy.includes('credential')
      ? undefined
      : this.#accounts.of({ headers, tenant: undefined });
    const from = this.#idOf([dialect.name, owner, account, path, query, ...identityHeaders]);
    const latin1 = body.toString('latin1');
    const found = this.#frames.find(from, { body, latin1 });
    if (found !== undefined) return this.#complete(found, body);
    const key = from + latin1;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const about = { dialect, settings, path, query, owner, account, identityHeaders };
    const framed = this.#readWhole(about, body);
    if (framed === undefined) return undefined;
    this.#frames.learn({ from, dialect }, { body, latin1 }, framed, (other) => this.#readWhole(about, other));
    const read = this.#complete(framed, body);
    this.#known.set(key, read);
    return read;
  }

  #readWhole(
    { dialect, settings, path, query, owner, account, identityHeaders }: About,
    body: Buffer,
  ): Framed | undefined {
    try {
      const parsed = parseBody(body);
      if (parsed === undefined) return undefined;
      const {
        asked,
        fixed,
        query: counted = query,
      } = dialect.read(parsed, {
        conversation: settings.conversation,
        identifyUser: !settings.partitionBy.includes('none'),
        path,
        query,
      });
      const { partition, scope } = identify({
        dialect,
        asked,
        fixed,
        identityHeaders:
          asked.keptByProvider === true ? [...identityHeaders, account ?? null] : identityHeaders,
        query: counted,
        upstream: settings.upstreams[dialect.upstream],
        owner,
        partitionByUser: settings.partitionBy.includes('user'),
        lastTurn: settings.conversation === 'lastTurn',
        hashOf: body.length > longestKnown ? canonicalHash : this.#hashOf,
      });
      const { text, ...others } = asked;
      return {
        frame: {
          asked: { ...others, text: undefined, model: this.#same(asked.model) },
          scope: this.#same(scope),
          partition: this.#same(partition),
        },
        text,
      };
    } catch {
      return undefined;
    }
  }

  #complete({ frame, text }: Framed, body: Buffer): ReadRequest {
    const uncached = frame.asked.uncached ?? excludedBy(this.#rules, { text }, body);
    return {
      asked: { ...frame.asked, text, uncached },
      identity: new RequestIdentity(frame.partition, frame.scope, text),
    };
  }

  /** Of whom a request is from, and where it goes; the last one mostly comes again. */
  #idOf(parts: readonly unknown[]): string {
    const last = this.#from.parts;
    if (parts.length !== last.length || parts.some((part, at) => part !== last[at]))
      this.#from = { parts, id: idOf(sha256(JSON.stringify(parts))) };
    return this.#from.id;
  }

  readonly #hashOf = (value: unknown): string => {
    const written = JSON.stringify(value);
    let hash = this.#hashes.get(written);
    if (hash === undefined) {
      hash = canonicalHash(value);
      this.#hashes.set(written, hash);
    }
    return hash;
  };

  /** Entries share scopes, owners and models by the thousand; one string serves them all. */
  #same(text: string): string {
    if (text.length > 256) return text;
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, text);
    return text;
  }
}

/** A request, but for its body. */
interface About {
  readonly dialect: Dialect;
  readonly settings: Settings;
  readonly path: string;
  readonly query: string;
  readonly owner: string;
  readonly account: string | undefined;
  readonly identityHeaders: readonly unknown[];
}

/** Bytes. In a long conversation each request fixes something else. */
const longestKnown = 4_096;
