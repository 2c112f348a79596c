import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PartitionKey } from '../../../../crds/settings.ts';
import { Owners, ownerOf, type Sender } from '../../../../sidecar/lookup/identity.ts';

const value = fc.option(fc.constantFrom('a', 'b', ['a', 'b'], ['a'], ''), { nil: undefined });
const sender: fc.Arbitrary<Sender> = fc.record({
  headers: fc.record({ authorization: value, 'x-api-key': value, 'x-team': value, 'x-other': value }),
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
