import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Word } from './reading.ts';

/** The oldest and the tallest, the most reviewed and the best: another end of another scale. */
export const superlative: Guard = {
  reason: 'superlative',
  description: 'The texts ask for different extremes or comparisons.',
  refuses(asked, stored) {
    const { asked: a, stored: b } = difference(asked, stored);
    const left = a.map(degree).filter((each) => each !== undefined);
    const right = b.map(degree).filter((each) => each !== undefined);
    return left.some((each) => right.some((other) => each !== other));
  },
};

/** One line for each end of a scale. */
const table = `
best top greatest finest ideal optimal
worst
most
least fewest
more
less fewer
highest tallest
lowest
largest biggest
smallest tiniest
larger bigger greater
smaller
oldest earliest
newest latest
youngest
older
newer
younger
shortest
shorter
longest
longer
fastest quickest
faster quicker
slowest
slower
cheapest
cheaper
priciest costliest
pricier
richest wealthiest
poorest
strongest
stronger
weakest
weaker
hottest warmest
hotter warmer
coldest
colder cooler
easiest simplest
easier simpler
hardest toughest
harder tougher
heaviest
heavier
lightest
lighter
safest
safer
deadliest
closest nearest
closer nearer
farthest furthest
farther further
busiest
deepest
deeper
widest
wider
brightest
darkest
happiest
healthiest
healthier
cleanest
smartest
better
worse
taller higher
lower
`;

const degrees = new Map<string, string>();
for (const line of table.trim().split('\n')) {
  const [name, ...others] = line.split(' ') as [string, ...string[]];
  for (const each of [name, ...others]) degrees.set(each, name);
}

const noDegrees =
  /^(?:interest|request|test|latest|west|east|forest|harvest|guest|honest|invest|contest|protest|suggest|digest|quest|rest|chest|nest|priest|tempest|conquest|arrest|modest|manifest|budapest|everest|northwest|southwest|midwest|southeast|northeast|bucharest|pest|vest|zest|crest|wrest|request|bequest|inquest|attest|detest|ingest|molest|earnest|pinterest)$/;

/** An extreme that stands in no table is unlike each that does; two of them may be synonyms: weirdest, strangest. */
const other = 'other';

function degree({ kind, folded }: Word): string | undefined {
  if (kind !== 'word') return undefined;
  return (
    degrees.get(folded) ??
    (folded.length > 5 && folded.endsWith('est') && !noDegrees.test(folded) ? other : undefined)
  );
}
