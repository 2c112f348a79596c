import { functionWords } from '../text/function-words.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { equal } from './sets.ts';
import { isSymmetric } from './symmetry.ts';

/** USD to EUR and EUR to USD, stretch before running and run before stretching, C slower than Python and the reverse. */
export const direction: Guard = {
  reason: 'direction',
  description: 'The texts say the same things in the opposite direction.',
  refuses(asked, stored) {
    const a = movements(asked);
    const b = movements(stored);
    if (a.length === 0 || b.length === 0 || isSymmetric(asked) || isSymmetric(stored)) return false;
    return a.some(
      (one) => b.some((other) => reversed(one, other)) && !b.some((other) => sameWay(one, other)),
    );
  },
};

/** From `source` to `target`: where something moves, what comes first, which is the greater. */
interface Movement {
  readonly scale: 'place' | 'time' | 'degree' | 'choice' | 'exchange';
  readonly source: ReadonlySet<string>;
  readonly target: ReadonlySet<string>;
}

type Side = 'source' | 'target';

/** What stands after each word, and on which scale. */
const markers = new Map<string, { scale: Movement['scale']; after: Side }>(
  Object.entries({
    to: { scale: 'place', after: 'target' },
    into: { scale: 'place', after: 'target' },
    onto: { scale: 'place', after: 'target' },
    toward: { scale: 'place', after: 'target' },
    towards: { scale: 'place', after: 'target' },
    '->': { scale: 'place', after: 'target' },
    '→': { scale: 'place', after: 'target' },
    from: { scale: 'place', after: 'source' },
    before: { scale: 'time', after: 'target' },
    until: { scale: 'time', after: 'target' },
    after: { scale: 'time', after: 'source' },
    following: { scale: 'time', after: 'source' },
    than: { scale: 'degree', after: 'target' },
    over: { scale: 'choice', after: 'target' },
    against: { scale: 'choice', after: 'target' },
    instead: { scale: 'choice', after: 'target' },
    rather: { scale: 'choice', after: 'target' },
    with: { scale: 'exchange', after: 'target' },
    for: { scale: 'exchange', after: 'target' },
    by: { scale: 'exchange', after: 'target' },
  }),
);

/** "9 am PST in EST" asks for the time in the second. */
const zones = new Set(
  'utc gmt est edt et cst cdt ct mst mdt mt pst pdt pt bst cet cest eet eest wet ist jst kst sgt hkt aest aedt nzst nzdt msk hst akst akdt'.split(
    ' ',
  ),
);

const reach = 3;

const movements = derived(({ words }: Reading): readonly Movement[] => {
  const found: Movement[] = [];
  for (const [at, word] of words.entries()) {
    const from = words[at - 1]?.folded ?? '';
    const into = words[at + 1]?.folded ?? '';
    if (word.folded === 'in' && zones.has(from) && zones.has(into))
      found.push({ scale: 'place', source: new Set([from]), target: new Set([into]) });
    const marker = markers.get(word.folded);
    if (marker === undefined || found.length > 24 || isInfinitive(words, at)) continue;
    const after = near(words, at, 1, marker.scale);
    // "from A to B": the "to" has both ends.
    if (
      word.folded === 'from' &&
      [...words.slice(at + 1, at + 6)].some(({ folded }) => folded === 'to' || folded === 'into')
    )
      continue;
    const before = near(words, at, -1, marker.scale);
    found.push(
      marker.after === 'target'
        ? { scale: marker.scale, source: before, target: after }
        : { scale: marker.scale, source: after, target: before },
    );
  }
  return found;
});

const beforeVerb = new Set(
  'need needs needed want wants wanted like have has had order how able going ought used try trying way ways step steps best possible easy hard difficult necessary required allowed supposed what where when which who time place thing things about start begin learn help plan hope decide forgot able due due is are was were do enough too'.split(
    ' ',
  ),
);

/** "to graduate", "need to take": no place that anything goes to. */
function isInfinitive(words: readonly Word[], at: number): boolean {
  return words[at]!.folded === 'to' && (words[at]!.opens || beforeVerb.has(words[at - 1]?.folded ?? ''));
}

/** The nearest content words on one side, up to the next marker of the same scale. */
function near(
  words: readonly Word[],
  from: number,
  step: 1 | -1,
  scale: Movement['scale'],
): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = from + step; at >= 0 && at < words.length && found.size < reach; at += step) {
    const word = words[at]!;
    const marker = markers.get(word.folded);
    if (marker !== undefined && (marker.scale === scale || scale === 'exchange') && word.folded !== 'from')
      break;
    if (step === 1 && word.opens) break;
    if (word.kind !== 'symbol' && !functionWords.has(word.folded)) found.add(word.stem);
    if (step === -1 && word.opens) break;
  }
  return found;
}

/** Both texts say this: what one of them says elsewhere in the opposite direction is another matter. */
function sameWay(a: Movement, b: Movement): boolean {
  return a.scale === b.scale && equal(a.source, b.source) && equal(a.target, b.target);
}

/** One thing changed from source to target, and another from target to source. */
function reversed(a: Movement, b: Movement): boolean {
  return (
    a.scale === b.scale &&
    moved(a.source, a.target, b.target, b.source) &&
    moved(a.target, a.source, b.source, b.target)
  );
}

/** Something of `here` and not of `there` stands in `now` and no longer in `then`. */
function moved(
  here: ReadonlySet<string>,
  there: ReadonlySet<string>,
  now: ReadonlySet<string>,
  then: ReadonlySet<string>,
): boolean {
  for (const each of here) if (now.has(each) && !there.has(each) && !then.has(each)) return true;
  return false;
}
