import type { Entry } from './entry.ts';
import { looseSignature } from './question.ts';
import type { Shelf } from './shelf.ts';

/** Puts an entry on the shelf that nobody has asked for here: another sidecar stored it. Under its own wording, then. */
export function shelve(shelf: Shelf, entry: Entry): void {
  if (entry.text === undefined) return;
  const signature = looseSignature(entry.text);
  if (signature !== undefined) shelf.put(entry, signature, entry.text, 1);
}
