import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Asked, Dialect, JsonObject } from '../../sidecar/dialects/dialect.ts';
import { type Identity, identify, keysOf } from '../../sidecar/lookup/identity.ts';

/** A request with a field of every kind that the API has published, for the property that all of it counts. */
export interface IdentityExample {
  readonly name: string;
  /** Without the query; it may name a model. */
  readonly path: string;
  readonly body: JsonObject;
  /** Where the loose text stands, as `messages.3.content`; undefined where only the exact phase may answer. */
  readonly loose: string | undefined;
  /** Top-level fields that shape the reply and do not count. */
  readonly shape: readonly string[];
}

/** Changing any field but the loose text is a miss: two requests that differ in it never share an answer. */
export function identitySuite(dialect: Dialect, { name, path, body, loose, shape }: IdentityExample): void {
  const identityOf = (request: object, at = path): Identity & { asked: Asked } => {
    const rules = { conversation: 'strict', identifyUser: true, path: at, query: '' } as const;
    const { asked, fixed, query = '' } = dialect.read(request as JsonObject, rules);
    const identityHeaders = dialect.identityHeaders.map(() => null);
    const identity = identify({
      dialect,
      asked,
      fixed,
      query,
      identityHeaders,
      upstream: '',
      owner: '',
      partitionByUser: false,
    });
    return { ...keysOf(identity), asked };
  };
  const usual = identityOf(body);
  const counted = places(body).filter((place) => place.length > 0 && !shape.includes(String(place[0])));
  const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

  describe(`identity of ${name}`, () => {
    it('reads the loose text, or none', () => {
      const text = loose === undefined ? undefined : valueAt(body, loose.split('.'));
      expect(usual.asked.text).toBe(text);
      expect(usual.asked.exactOnly === undefined).toBe(loose !== undefined);
    });

    it('each field that is left out makes another scope', () => {
      for (const place of counted) {
        const other = identityOf(changed(body, place, undefined));
        expect(other.scope, place.join('.')).not.toBe(usual.scope);
        expect(other.exactKey, place.join('.')).not.toBe(usual.exactKey);
      }
    });

    it('each field that holds another value makes another scope, but for the loose text', () => {
      fc.assert(
        fc.property(fc.constantFrom(...counted), json, (place, value) => {
          fc.pre(JSON.stringify(value) !== JSON.stringify(valueAt(body, place)));
          const other = identityOf(changed(body, place, value));
          expect(other.exactKey).not.toBe(usual.exactKey);
          const isText = place.join('.') === loose && other.asked.text !== undefined;
          if (!isText) expect(other.scope).not.toBe(usual.scope);
        }),
        { numRuns: 1_000 },
      );
    });

    it('each unknown field makes another scope', () => {
      const field = fc
        .string({ minLength: 1 })
        .filter((each) => each.isWellFormed() && !Object.hasOwn(body, each) && !shape.includes(each));
      fc.assert(
        fc.property(field, json, (unknown, value) => {
          const copy = structuredClone(body);
          Object.defineProperty(copy, unknown, { value, enumerable: true });
          expect(identityOf(JSON.parse(JSON.stringify(copy))).scope).not.toBe(usual.scope);
        }),
        { numRuns: 300 },
      );
    });

    it('the order of a list counts', () => {
      for (const place of counted) {
        const list = valueAt(body, place);
        if (!Array.isArray(list) || list.length < 2) continue;
        const other = identityOf(changed(body, place, list.toReversed()));
        expect(other.exactKey, place.join('.')).not.toBe(usual.exactKey);
      }
    });

    if (loose === undefined) return;
    it('another text is another key in the same scope', () => {
      const other = identityOf(changed(body, loose.split('.'), 'Something else?'));
      expect(other.scope).toBe(usual.scope);
      expect(other.exactKey).not.toBe(usual.exactKey);
    });

    it('what the text says changes nothing else, unless it is a reason to compare its exact bytes', () => {
      const said = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map((each) => `${each}?`),
        json.map((value) => JSON.stringify(value)),
        fc.constantFrom('', ' ', 'Is it?\nYes.', '[', '{"a":1}', '1'.repeat(20), 'Ist es groß？'),
      );
      let loosely = 0;
      fc.assert(
        fc.property(said, (text) => {
          const other = identityOf(changed(body, loose.split('.'), text));
          const reason = dialect.exactOnly(text);
          expect(other.asked.exactOnly).toBe(reason);
          if (reason !== undefined) return;
          loosely++;
          expect(other.asked).toEqual({ ...usual.asked, text });
          expect(other.scope).toBe(usual.scope);
        }),
        { numRuns: 1_000, examples: [['Is it?']] },
      );
      expect(loosely).toBeGreaterThan(100);
    });
  });
}

type Place = readonly (string | number)[];

/** Every place of a value, the value itself first. */
function places(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...place, key]))];
}

type Tree = { [key: string | number]: Tree };

const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce((inner, key) => inner[key] as Tree, value as Tree);

/** A copy in which the place holds something else, or holds nothing when that is undefined. */
function changed(value: object, place: Place, to: unknown): object {
  const copy = structuredClone(value);
  const parent = valueAt(copy, place.slice(0, -1)) as Tree;
  const last = place.at(-1) as string;
  if (to !== undefined) parent[last] = to as Tree;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}
