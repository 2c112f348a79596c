import type { Entry } from '../lookup/entry.ts';
import type { Selector } from '../stores/store.ts';

/**
 * The recent removals. An answer that was under way when its entry was removed rests on what is no longer true, and must
 * not come in after the removal.
 */
export class Removals {
  #recent: { readonly selector: Selector; readonly at: number }[] = [];

  /** `at`: milliseconds since the epoch. */
  add(selector: Selector, at: number): void {
    this.#recent = this.#recent.filter((each) => at - each.at < longestCall);
    this.#recent.push({ selector, at });
  }

  /** Whether the entry has been removed since its question was asked. */
  since(asked: number, entry: Entry): boolean {
    return this.#recent.some(({ selector, at }) => at >= asked && matches(selector, entry));
  }
}

/** Milliseconds; longer than a call to the provider takes. */
const longestCall = 3_600_000;

/** All given conditions hold together, as in `Store.remove`. */
export function matches(selector: Selector, entry: Entry): boolean {
  const { id, tag, source, model, tool, partition } = selector;
  return (
    (id === undefined || id === entry.id) &&
    (tag === undefined || entry.tags.includes(tag)) &&
    (source === undefined || entry.sources.includes(source)) &&
    (model === undefined || model === entry.model) &&
    (tool === undefined || tool === entry.tool) &&
    (partition === undefined || partition === entry.partition)
  );
}
