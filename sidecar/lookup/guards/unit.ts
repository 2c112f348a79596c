import { unitOf } from '../text/units.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { exchanged, setOf } from './sets.ts';

/** One unit exchanged for another: miles and kilometres, dollars and euros, two sentences and two paragraphs. */
export const unit: Guard = {
  reason: 'unit',
  description: 'The texts name different units or currencies.',
  refuses: (asked, stored) =>
    exchanged(units(asked), units(stored)) || exchanged(measured(asked), measured(stored)),
};

/** What is counted: "20 USD in JPY" has the units of "20 JPY in USD". */
const measured = derived((reading: Reading) =>
  setOf(
    reading.words.map(({ folded }, at) =>
      reading.words[at - 1]?.kind === 'number' ? unitOf(folded, true) : undefined,
    ),
  ),
);

const units = derived((reading: Reading) =>
  setOf(
    reading.words.map(({ kind, folded }, at) =>
      kind === 'word' || kind === 'symbol'
        ? unitOf(folded, reading.words[at - 1]?.kind === 'number')
        : undefined,
    ),
  ),
);
