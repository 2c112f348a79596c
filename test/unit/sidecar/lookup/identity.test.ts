import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type As, identityOf, rich, withTools } from './asked-as.ts';

/** Everything but the wording of the last user turn is identity: two requests that differ in it never share an answer. */
const bases = [
  ['a text', rich],
  ['a request with tools', withTools],
] as const;

type Path = readonly (string | number)[];

/** Every place of a value, the value itself first. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

type Tree = { [key: string | number]: Tree };

const at = (value: unknown, path: Path): unknown =>
  path.reduce((inner, key) => inner[key] as Tree, value as Tree);

/** A copy in which the place holds something else, or holds nothing when that is undefined. */
function changed(value: object, path: Path, to: unknown): object {
  const copy = structuredClone(value);
  const parent = at(copy, path.slice(0, -1)) as Tree;
  const last = path.at(-1) as string;
  if (to !== undefined) parent[last] = to as Tree;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

const isLooseText = (path: Path) => path.join('.') === 'messages.3.content';
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe.each(bases)('of %s', (_, base) => {
  const usual = identityOf(base);
  const all = places(base).filter((path) => path.length > 0 && path[0] !== 'stream');

  it('each field that is left out makes another scope', () => {
    for (const path of all) {
      const other = identityOf(changed(base, path, undefined));
      expect(other.exactKey, path.join('.')).not.toBe(usual.exactKey);
      expect(other.scope, path.join('.')).not.toBe(usual.scope);
    }
  });

  it('each field that holds another value makes another scope, but for the loose text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), json, (path, value) => {
        fc.pre(JSON.stringify(value) !== JSON.stringify(at(base, path)));
        const other = identityOf(changed(base, path, value));
        expect(other.exactKey).not.toBe(usual.exactKey);
        if (!(isLooseText(path) && typeof value === 'string')) expect(other.scope).not.toBe(usual.scope);
      }),
      { numRuns: 3_000 },
    );
  });

  it('each unknown field, at any depth, makes another scope', () => {
    const objects = all
      .map((path) => at(base, path))
      .flatMap((value, i) => (isObject(value) ? [all[i] ?? []] : []));
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('__proto__', 'constructor', 'toJSON', 'length'),
    );
    fc.assert(
      fc.property(fc.constantFrom([], ...objects), name, json, (path, field, value) => {
        fc.pre(
          !Object.hasOwn(at(base, path) as object, field) &&
            !field.startsWith('stream') &&
            field.isWellFormed(),
        );
        const copy = structuredClone(base);
        Object.defineProperty(at(copy, path) as object, field, { value, enumerable: true });
        const other = identityOf(JSON.parse(JSON.stringify(copy)));
        expect(other.scope).not.toBe(usual.scope);
      }),
      { numRuns: 2_000 },
    );
  });

  it('the order of fields counts nothing, at any depth', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (random) => {
        expect(identityOf(shuffled(base, random) as object)).toEqual(usual);
      }),
      { numRuns: 200 },
    );
  });

  it('the order of a list counts', () => {
    for (const path of all) {
      const list = at(base, path);
      if (!Array.isArray(list) || list.length < 2) continue;
      const other = identityOf(changed(base, path, list.toReversed()));
      expect(other.exactKey, path.join('.')).not.toBe(usual.exactKey);
    }
  });

  it('the form of the reply counts nothing', () => {
    for (const form of [
      { stream: true },
      { stream: null },
      { stream: true, stream_options: { include_usage: true } },
      { stream: true, stream_options: { include_usage: false, include_obfuscation: false } },
    ])
      expect(identityOf({ ...base, ...form }), JSON.stringify(form)).toEqual(usual);
    const unknown = { ...base, stream: true, stream_options: { include_poetry: true } };
    expect(identityOf(unknown).scope).not.toBe(usual.scope);
  });

  const asOther: Record<string, As> = {
    'another key': { headers: { authorization: 'Bearer sk-other' } },
    'the key in another header': { headers: { 'x-api-key': 'Bearer sk-usual' } },
    'a second key': { headers: { authorization: 'Bearer sk-usual', 'api-key': 'x' } },
    'no key': { headers: {} },
    'an organization': { headers: { authorization: 'Bearer sk-usual', 'openai-organization': 'org-1' } },
    'a project': { headers: { authorization: 'Bearer sk-usual', 'openai-project': 'proj-1' } },
    'a beta': { headers: { authorization: 'Bearer sk-usual', 'openai-beta': 'x' } },
    'a query': { query: '?api-version=2024-10-21' },
    'another upstream': { upstream: 'https://other.test/v1' },
    'a tenant': { tenant: 'blue' },
  };
  it.each(Object.entries(asOther))('%s makes another scope', (_, as) => {
    expect(identityOf(base, as).scope).not.toBe(usual.scope);
    expect(identityOf(base, as).exactKey).not.toBe(usual.exactKey);
  });

  it('a header that nobody reads makes none', () => {
    const headers = { authorization: 'Bearer sk-usual', 'user-agent': 'sdk/1', 'x-request-id': '7' };
    expect(identityOf(base, { headers })).toEqual(usual);
  });
});

describe('the last user turn', () => {
  const usual = identityOf(rich);
  const asking = (content: unknown) => identityOf(changed(rich, ['messages', 3, 'content'], content));

  it('leaves the scope as it is, whatever its words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        fc.pre(text.trim() !== '' && !/^\s*[[{]/.test(text) && text !== rich.messages[3]?.content);
        const other = asking(text);
        expect(other.scope).toBe(usual.scope);
        expect(other.exactKey).not.toBe(usual.exactKey);
        expect(other.id).not.toBe(usual.id);
      }),
    );
  });

  it('says the same as the only part of a list', () => {
    expect(asking([{ type: 'text', text: rich.messages[3]?.content }])).toEqual(usual);
  });

  it.each([
    [
      'two parts',
      [
        { type: 'text', text: 'What is the capital' },
        { type: 'text', text: ' of France?' },
      ],
    ],
    ['a part with more fields', [{ type: 'text', text: 'What is the capital of France?', cache: true }]],
    ['what stands in its place inside', { '': 'loose text' }],
    ['what stands in its place inside, as a part', [{ type: 'text', text: { '': 'loose text' } }]],
  ])('does not with %s', (_, content) => {
    expect(asking(content).exactKey).not.toBe(usual.exactKey);
  });

  it('two broken characters are never the same', () => {
    const keyOf = (text: string) => {
      try {
        return asking(text).exactKey;
      } catch {
        return text;
      }
    };
    expect(keyOf('What is \ud800?')).not.toBe(keyOf('What is \ud801?'));
    expect(keyOf('What is \ud800?')).not.toBe(keyOf('What is \ufffd?'));
  });
});

describe('conversation: lastTurn', () => {
  const of = (body: object) => identityOf(body, { conversation: 'lastTurn' });
  const [system, ...turns] = rich.messages;
  const last = turns.at(-1);

  it('earlier turns count nothing', () => {
    const usual = of(rich);
    for (const earlier of [
      [],
      [{ role: 'user', content: 'My name is Bob.' }],
      [...turns, ...turns.slice(0, 2)],
    ])
      expect(of({ ...rich, messages: [system, ...earlier, last] })).toEqual(usual);
  });

  it('what the application instructs counts, wherever it stands', () => {
    const usual = of(rich);
    for (const messages of [
      turns,
      [{ ...system, content: 'Be rude.' }, last],
      [system, { role: 'developer', content: 'Be brief.' }, last],
      [system, turns[0], { role: 'system', content: 'Forget it.' }, last],
    ])
      expect(of({ ...rich, messages }).scope).not.toBe(usual.scope);
  });

  it('strict: they all count', () => {
    expect(identityOf({ ...rich, messages: [system, last] }).scope).not.toBe(identityOf(rich).scope);
  });
});

describe('partitionBy', () => {
  const key = (authorization: string) => ({ headers: { authorization } });

  it('none: everybody shares, whoever the end user is', () => {
    const as: As = { partitionBy: ['none'] };
    const usual = identityOf(rich, { ...as, ...key('Bearer a') });
    expect(
      identityOf({ ...rich, user: 'other', safety_identifier: 'x' }, { ...as, ...key('Bearer b') }),
    ).toEqual(usual);
    expect(identityOf(rich, { ...as, tenant: 'blue' }).scope).not.toBe(usual.scope);
  });

  it('user: the end user named by the body, whatever the key', () => {
    const as: As = { partitionBy: ['user'] };
    const { safety_identifier: _, ...named } = rich;
    const usual = identityOf(named, { ...as, ...key('Bearer a') });
    expect(identityOf(named, { ...as, ...key('Bearer b') })).toEqual(usual);
    expect(identityOf({ ...named, user: 'user-2' }, as).partition).not.toBe(usual.partition);
    expect(identityOf(rich, as).partition).not.toBe(usual.partition);
  });

  it('header:x: the value of that header, beside what else is configured', () => {
    const as = (team: string | undefined, authorization: string): As => ({
      partitionBy: ['header:x-team'],
      headers: { 'x-team': team, authorization },
    });
    const usual = identityOf(rich, as('red', 'Bearer a'));
    expect(identityOf(rich, as('red', 'Bearer b'))).toEqual(usual);
    for (const other of ['blue', 'Red', '', undefined])
      expect(identityOf(rich, as(other, 'Bearer a')).partition).not.toBe(usual.partition);
    const both = { ...as('red', 'Bearer a'), partitionBy: ['credential', 'header:x-team'] } as const;
    const otherKey = { ...both, headers: { ...both.headers, authorization: 'Bearer b' } };
    expect(identityOf(rich, both).partition).not.toBe(identityOf(rich, otherKey).partition);
  });
});

it('10,000 pairs of keys and tenants never share a partition, a scope or an exact key', () => {
  // Short strings of few letters, so that "ab"+"c" meets "a"+"bc" and the words that separate parts inside
  const letter = fc.constantFrom('a', 'b', ' ', ',', ':', '"', '|', '\\', '0', 'null', '*');
  const word = fc.array(letter, { maxLength: 4 }).map((parts) => parts.join(''));
  const header = fc.option(fc.oneof(word, fc.string()), { nil: undefined });
  const who = fc.record({
    tenant: header.map((tenant) => tenant || undefined),
    headers: fc.record({ authorization: header, 'x-api-key': header, 'api-key': header }),
  });
  fc.assert(
    fc.property(who, who, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      const [a, b] = [identityOf(rich, one), identityOf(rich, other)];
      expect(a.partition).not.toBe(b.partition);
      expect(a.scope).not.toBe(b.scope);
      expect(a.exactKey).not.toBe(b.exactKey);
    }),
    { numRuns: 10_000 },
  );
});

it('keeps nothing of the credential, the tenant or the text', () => {
  const { headers, tenant } = { headers: { authorization: 'Bearer canary-key' }, tenant: 'canary-tenant' };
  const identity = identityOf(changed(rich, ['messages', 3, 'content'], 'canary-text'), { headers, tenant });
  expect(identity.id).toMatch(/^[\w-]{22}$/);
  for (const hash of [identity.partition, identity.scope, identity.exactKey])
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function shuffled(value: unknown, random: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (!isObject(value)) return value;
  const entries = Object.entries(value as object).map(([key, inner]) => ({
    order: random.next().value as number,
    entry: [key, shuffled(inner, random)] as const,
  }));
  return Object.fromEntries(entries.sort((a, b) => a.order - b.order).map(({ entry }) => entry));
}
