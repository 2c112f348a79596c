import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PartitionKey } from '../../../../crds/settings.ts';
import { gatewayHeaders, Owners, ownerOf, type Sender } from '../../../../sidecar/lookup/identity.ts';

const value = fc.option(fc.constantFrom('a', 'b', ['a', 'b'], ['a'], ''), { nil: undefined });
const sender: fc.Arbitrary<Sender> = fc.record({
  headers: fc.record({
    authorization: value,
    'x-api-key': value,
    'x-team': value,
    'x-other': value,
    apikey: value,
  }),
  tenant: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
});
const keys = fc.uniqueArray(fc.constantFrom<PartitionKey>('credential', 'header:X-Team', 'user', 'none'));

it('knows every sender of a sequence by the hash that it has alone', () => {
  fc.assert(
    fc.property(keys, fc.array(sender, { minLength: 2, maxLength: 12 }), (partitionBy, senders) => {
      const owners = new Owners(partitionBy);
      for (const each of senders) expect(owners.of(each)).toBe(ownerOf(partitionBy, each));
    }),
  );
});

it('tells two credentials apart in every order', () => {
  const owners = new Owners(['credential']);
  const of = (authorization: string) => owners.of({ headers: { authorization }, tenant: undefined });
  const [a, b] = [of('Bearer a'), of('Bearer b')];
  expect(a).not.toBe(b);
  expect([of('Bearer a'), of('Bearer a'), of('Bearer b')]).toEqual([a, a, b]);
});

it('tells two clients of a gateway apart by the header that it knows them by', () => {
  const shared = { authorization: 'Bearer of-the-gateway' };
  const of = (headers: Sender['headers']) => ownerOf(['credential'], { headers, tenant: undefined });
  const owners = new Owners(['credential']);
  for (const name of gatewayHeaders) {
    const [a, b] = [
      { ...shared, [name]: 'a' },
      { ...shared, [name]: 'b' },
    ];
    expect(new Set([of(shared), of(a), of(b)]), name).toHaveLength(3);
    expect([a, b, a].map((headers) => owners.of({ headers, tenant: undefined }))).toEqual([a, b, a].map(of));
  }
  expect(new Set(gatewayHeaders.map((name) => of({ [name]: 'a' })))).toHaveLength(gatewayHeaders.length);
});

it('a request without a gateway has the owner that answers are kept under since the first version', () => {
  expect(ownerOf(['credential'], { headers: { authorization: 'Bearer a' }, tenant: undefined })).toBe(
    '270a1518f91f24c843ef240ae85ccddd6f13af6955cd8214377995b48471dc75',
  );
  expect(
    ownerOf(['credential', 'header:x-team'], { headers: { 'api-key': 'k', 'x-team': 't' }, tenant: 'shop' }),
  ).toBe('c20bc11aa12f875f3288cc012c56ec8760051fcca72edbe7449052e8a41db2b0');
});
