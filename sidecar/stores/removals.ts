import type { Entry } from '../lookup/entry.ts';
import type { Selector } from '../stores/store.ts';

/**
 * The recent removals. An answer that was under way when its entry was removed rests on what is no longer true, and must
 * not come in after the removal.
 */
export class Removals {
  /** Of one condition, which come by the thousand: when the last was, by its name, the longest ago first. */
  readonly #named = new Map<string, number>();
  readonly #others: { readonly selector: Selector; readonly at: number }[] = [];
  /** What was asked before may rest on something whose removal is not known any more. */
  #forgotten = Number.NEGATIVE_INFINITY;

  /** `at`: by `steady`, as the `asked` of `since`. */
  add(selector: Selector, at: number): void {
    const names = namesOf(selector);
    if (names === undefined) this.#others.push({ selector, at });
    for (const name of names ?? []) {
      this.#named.delete(name);
      this.#named.set(name, at);
    }
    this.#forget(at);
  }

  /** Whether the entry has been removed since its question was asked. */
  since(asked: number, entry: Entry): boolean {
    if (asked <= this.#forgotten) return true;
    const isLate = (name: string) => (this.#named.get(name) ?? Number.NEGATIVE_INFINITY) >= asked;
    return (
      conditionsOf(entry).some(
        (condition) => isLate(nameOf(condition, undefined)) || isLate(nameOf(condition, entry.partition)),
      ) || this.#others.some(({ selector, at }) => at >= asked && matches(selector, entry))
    );
  }

  #forget(now: number): void {
    for (const [name, at] of this.#named) {
      if (!this.#isOver(at, now, this.#named.size > mostNamed)) break;
      this.#named.delete(name);
    }
    let oldest = this.#others[0];
    while (oldest !== undefined && this.#isOver(oldest.at, now, this.#others.length > mostOthers)) {
      this.#others.shift();
      oldest = this.#others[0];
    }
  }

  #isOver(at: number, now: number, tooMany: boolean): boolean {
    if (now - at >= longestCall) return true;
    if (tooMany) this.#forgotten = Math.max(this.#forgotten, at);
    return tooMany;
  }
}

/**
 * Milliseconds since the epoch, as counted from the start of this process: when its clock is set back, what was asked before
 * a removal still was. Whole ones, for they are told to callers.
 */
export const steady = (): number => Math.floor(performance.timeOrigin + performance.now());

type Condition = readonly [kind: string, value: string];

/** Undefined where several conditions hold together. */
function namesOf({ partition, all, sources, ...rest }: Selector): string[] | undefined {
  const conditions: Condition[] = Object.entries(rest).filter(([, value]) => value !== undefined);
  if (sources !== undefined)
    return conditions.length > 0 ? undefined : sources.map((source) => nameOf(['source', source], partition));
  if (all === true && conditions.length === 0) conditions.push(['all', '']);
  return conditions.length === 1 ? conditions.map((condition) => nameOf(condition, partition)) : undefined;
}

/** By which an entry is removed. */
function conditionsOf({ id, tags, sources, model, tool }: Entry): Condition[] {
  return [
    ['all', ''],
    ['id', id],
    ['model', model],
    ...(tool === undefined ? [] : [['tool', tool] as const]),
    ...tags.map((tag) => ['tag', tag] as const),
    ...sources.map((source) => ['source', source] as const),
  ];
}

/** A partition has no line break. */
const nameOf = ([kind, value]: Condition, partition: string | undefined): string =>
  `${kind}\n${partition ?? ''}\n${value}`;

/** Milliseconds; longer than a call to the provider takes. */
export const longestCall = 3_600_000;

const mostNamed = 100_000;
const mostOthers = 1_000;

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
