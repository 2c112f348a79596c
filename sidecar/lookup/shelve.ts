import { type Entry, kindOf } from './entry.ts';
import { looseSignature } from './question.ts';
import type { Shelf } from './shelf.ts';

/** Puts an entry on the shelf that nobody has asked for here: another sidecar stored it. Under its own wording, then. */
export function shelve(shelf: Shelf, entry: Entry): void {
  // What agents keep is asked of the store only, and would take the place of answers here.
  if (entry.text === undefined || kindOf(entry) !== 'answers') return;
  const signature = looseSignature(entry.text);
  if (signature !== undefined) shelf.put(entry, signature, entry.text, 1);
}
