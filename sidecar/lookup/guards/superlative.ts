import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';

/** The oldest and the tallest, the most reviewed and the best: another end of another scale. */
export const superlative: Guard = {
  reason: 'superlative',
  description: 'The texts ask for different extremes or comparisons.',
  refuses(asked, stored) {
    const { asked: a, stored: b } = difference(asked, stored);
    const left = degrees(asked, a);
    const right = degrees(stored, b);
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

const names = new Map<string, string>();
for (const line of table.trim().split('\n')) {
  const [name, ...others] = line.split(' ') as [string, ...string[]];
  for (const each of [name, ...others]) names.set(each, name);
}

const noDegrees =
  /^(?:interest|request|test|latest|west|east|forest|harvest|guest|honest|invest|contest|protest|suggest|digest|quest|rest|chest|nest|priest|tempest|conquest|arrest|modest|manifest|budapest|everest|northwest|southwest|midwest|southeast|northeast|bucharest|pest|vest|zest|crest|wrest|request|bequest|inquest|attest|detest|ingest|molest|earnest|pinterest)$/;

/** An extreme that stands in no table is unlike each that does; two of them may be synonyms: weirdest, strangest. */
const other = 'other';

/** The degrees among the words that only one text has. */
function degrees({ words }: Reading, own: readonly Word[]): string[] {
  const found: string[] = [];
  for (const word of own) {
    const { kind, folded } = word;
    if (kind !== 'word') continue;
    // "most recent" against "latest": the adjective that follows is what differs, and may say the same.
    if (/^(?:more|most|less|least)$/.test(folded) && own.includes(words[words.indexOf(word) + 1] as Word))
      continue;
    const name = names.get(folded);
    if (name !== undefined) found.push(name);
    else if (folded.length > 5 && folded.endsWith('est') && !noDegrees.test(folded)) found.push(other);
  }
  return found;
}
