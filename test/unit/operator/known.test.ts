import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Known } from '../../../operator/kube/known.ts';
import { type KubeObject, keyOf } from '../../../operator/kube/object.ts';

const object = (name: string, uid: string, resourceVersion: string): KubeObject => ({
  metadata: { namespace: 'ns', name, uid, resourceVersion },
});
const told = (changes: readonly { type: string; object: KubeObject }[]) =>
  changes.map(({ type, object: { metadata } }) => `${type} ${metadata.name}/${metadata.uid}`);

it('a list tells what came, what changed and what went, and nothing of what is as it was', () => {
  const known = new Known<KubeObject>();
  known.replace([object('same', '1', '1'), object('changed', '2', '1'), object('gone', '3', '1')]);
  const changes = known.replace([
    object('same', '1', '1'),
    object('changed', '2', '9'),
    object('new', '4', '9'),
  ]);
  expect(told(changes)).toEqual(['deleted gone/3', 'updated changed/2', 'added new/4']);
});

it('an object made again under its name is a deletion and an addition', () => {
  const known = new Known<KubeObject>();
  known.replace([object('a', 'old', '1')]);
  expect(told(known.replace([object('a', 'new', '2')]))).toEqual(['deleted a/old', 'added a/new']);
  expect(told(known.set(object('a', 'newer', '3')))).toEqual(['deleted a/new', 'added a/newer']);
});

it('a late deletion of the old object leaves the new one', () => {
  const known = new Known<KubeObject>();
  known.set(object('a', 'new', '2'));
  expect(known.delete(object('a', 'old', '3'))).toEqual([]);
  expect(known.get('ns/a')?.metadata.uid).toBe('new');
});

it('an event that repeats what is known is no change', () => {
  const known = new Known<KubeObject>();
  known.set(object('a', '1', '1'));
  expect(known.set(object('a', '1', '1'))).toEqual([]);
});

it.each([
  ['newer, by its number and not by its letters', '9', '10', '10'],
  ['older: the watch was faster', '10', '9', '10'],
  ['of no number', '10', 'x', '10'],
])('what a write has answered counts where it is newer: %s', (_, known, answered, kept) => {
  const objects = new Known<KubeObject>();
  objects.set(object('a', '1', known));
  objects.learn(object('a', '1', answered));
  expect(objects.get('ns/a')?.metadata.resourceVersion).toBe(kept);
});

it('what a write has answered brings nothing back that is gone', () => {
  const known = new Known<KubeObject>();
  known.learn(object('a', '1', '10'));
  known.set(object('b', 'new', '11'));
  known.learn(object('b', 'old', '12'));
  expect([...known.values()].map(({ metadata }) => metadata.uid)).toEqual(['new']);
});

const objects = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), uid: fc.nat(3), version: fc.nat(3) }),
  { selector: ({ name }) => name },
);

it('whoever follows the changes has what the lists say, whatever was missed between them', () => {
  fc.assert(
    fc.property(fc.array(objects, { maxLength: 6 }), (lists) => {
      const known = new Known<KubeObject>();
      const copy = new Map<string, KubeObject>();
      for (const list of lists) {
        const now = list.map(({ name, uid, version }) => object(name, String(uid), String(version)));
        for (const { type, object } of known.replace(now)) {
          if (type === 'added') expect(copy.has(keyOf(object))).toBe(false);
          if (type === 'updated') expect(copy.get(keyOf(object))?.metadata.uid).toBe(object.metadata.uid);
          if (type === 'deleted') expect(copy.get(keyOf(object))?.metadata.uid).toBe(object.metadata.uid);
          if (type === 'deleted') copy.delete(keyOf(object));
          else copy.set(keyOf(object), object);
        }
        expect([...copy.values()].toSorted(byName)).toEqual(now.toSorted(byName));
      }
    }),
  );
});

const byName = (a: KubeObject, b: KubeObject) => a.metadata.name.localeCompare(b.metadata.name);
