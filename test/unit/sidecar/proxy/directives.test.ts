import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderError, readDirectives } from '../../../../sidecar/proxy/directives.ts';

/** What a request says to the cache; test/http/headers.test.ts tries it from outside. */
const silent = {
  noCache: false,
  noStore: false,
  onlyIfCached: false,
  maxAge: undefined,
  threshold: undefined,
  ttlSeconds: undefined,
  tenant: undefined,
  tags: [],
  sources: [],
};

it('a request without any of the headers says nothing', () => {
  expect(readDirectives({ host: 'x', authorization: 'Bearer k', pragma: 'no-cache' })).toEqual(silent);
});

describe('cache-control', () => {
  it.each([
    ['no-cache', { noCache: true }],
    ['NO-STORE', { noStore: true }],
    ['no-cache, no-store , only-if-cached', { noCache: true, noStore: true, onlyIfCached: true }],
    ['max-age=0', { maxAge: 0 }],
    ['max-age="60"', { maxAge: 60 }],
    ['public, max-age=99999999999999999999, s-maxage=x', { maxAge: 2 ** 31 }],
    ['no-cacheable, xno-store, , no_store', {}],
  ])('%s', (value, expected) =>
    expect(readDirectives({ 'cache-control': value })).toEqual({ ...silent, ...expected }),
  );
});

describe('our own', () => {
  it.each([
    ['x-fourfold-threshold', '0.95', { threshold: 0.95 }],
    ['x-fourfold-threshold', '1', { threshold: 1 }],
    ['x-fourfold-ttl', '1h30m', { ttlSeconds: 5_400 }],
    ['x-fourfold-ttl', '90', { ttlSeconds: 90 }],
    ['x-fourfold-tenant', ' blue ', { tenant: 'blue' }],
    ['x-fourfold-tags', 'b, a ,b', { tags: ['b', 'a'] }],
    ['x-fourfold-sources', 'doc-1', { sources: ['doc-1'] }],
  ])('%s: %s', (name, value, expected) =>
    expect(readDirectives({ [name]: value })).toEqual({ ...silent, ...expected }),
  );
});

it('any value is either read or refused with the name of its header', () => {
  const names = [
    'cache-control',
    'x-fourfold-threshold',
    'x-fourfold-ttl',
    'x-fourfold-tenant',
    'x-fourfold-tags',
    'x-fourfold-sources',
    'x-fourfold-other',
  ];
  const value = fc.oneof(
    fc.string(),
    fc.float().map(String),
    fc.constantFrom('max-age=', 'max-age=1e3', '1s', ',', '0'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), value, (name, text) => {
      try {
        const { threshold, ttlSeconds, maxAge, tenant, tags, sources } = readDirectives({ [name]: text });
        expect(name).not.toBe('x-fourfold-other');
        if (threshold !== undefined) expect(threshold > 0 && threshold <= 1).toBe(true);
        if (ttlSeconds !== undefined) expect(ttlSeconds).toBeGreaterThan(0);
        if (maxAge !== undefined) expect(Number.isInteger(maxAge) && maxAge >= 0).toBe(true);
        if (tenant !== undefined) expect(tenant.length).toBeGreaterThan(0);
        for (const item of [...tags, ...sources]) expect(item.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(HeaderError);
        expect(error).toMatchObject({
          header: name,
          statusCode: 400,
          message: expect.stringMatching(/expected .*, found "/s),
        });
      }
    }),
    { numRuns: 2_000 },
  );
});
