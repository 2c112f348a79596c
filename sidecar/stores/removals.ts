import type { Entry } from '../lookup/entry.ts';
import type { Selector } from '../stores/store.ts';

/**
 * The recent removals. An answer that was under way when its entry was removed rests on what is no longer true, and must
 * not come in after the removal.
 */
export class Removals {
  #recent: { readonly selector: Selector; readonly at: number }[] = [];
  /** Removals by source alone, which come by the thousand: when the last was, the longest ago first. */
  readonly #sources = new Map<string, number>();
  /** What was asked before may rest on a source whose removal is not known any more. */
  #forgotten = Number.NEGATIVE_INFINITY;

  /** `at`: milliseconds since the epoch. */
  add(selector: Selector, at: number): void {
    const { source, sources = source === undefined ? undefined : [source], partition, ...more } = selector;
    if (sources !== undefined && Object.keys(more).length === 0) this.#addSources(sources, partition, at);
    else {
      this.#recent = this.#recent.filter((each) => at - each.at < longestCall);
      this.#recent.push({ selector, at });
    }
  }

  /** Whether the entry has been removed since its question was asked. */
  since(asked: number, entry: Entry): boolean {
    const { sources, partition } = entry;
    if (sources.length > 0 && asked <= this.#forgotten) return true;
    const isLate = (removed: number | undefined) => removed !== undefined && removed >= asked;
    return (
      sources.some(
        (source) =>
          isLate(this.#sources.get(nameOf(source, undefined))) ||
          isLate(this.#sources.get(nameOf(source, partition))),
      ) || this.#recent.some(({ selector, at }) => at >= asked && matches(selector, entry))
    );
  }

  #addSources(sources: readonly string[], partition: string | undefined, at: number): void {
    for (const source of sources) {
      const name = nameOf(source, partition);
      this.#sources.delete(name);
      this.#sources.set(name, at);
    }
    for (const [name, removed] of this.#sources) {
      if (at - removed < longestCall && this.#sources.size <= mostSources) break;
      if (at - removed < longestCall) this.#forgotten = removed;
      this.#sources.delete(name);
    }
  }
}

/** A partition has no line break. */
const nameOf = (source: string, partition: string | undefined): string => `${partition ?? ''}\n${source}`;

/** Milliseconds; longer than a call to the provider takes. */
export const longestCall = 3_600_000;

const mostSources = 100_000;

/** All given conditions hold together, as in `Store.remove`. */
export function matches(selector: Selector, entry: Entry): boolean {
  const { id, tag, source, sources, model, tool, partition } = selector;
  return (
    (id === undefined || id === entry.id) &&
    (tag === undefined || entry.tags.includes(tag)) &&
    (source === undefined || entry.sources.includes(source)) &&
    (sources === undefined || entry.sources.some((each) => sources.includes(each))) &&
    (model === undefined || model === entry.model) &&
    (tool === undefined || tool === entry.tool) &&
    (partition === undefined || partition === entry.partition)
  );
}
