import type { Observation } from './curve.ts';
import type { Label, MatchKind } from './label.ts';

/**
 * All labels that count, of all scopes: bounded, the oldest leave first. What a user reports counts in his own scope only, and
 * takes no place of an audit: else one tenant would decide for all.
 */
export class Evidence {
  readonly #audited: Label[] = [];
  readonly #reported: Label[] = [];
  /** By scope and kind, and by kind alone. */
  readonly #lists = new Map<string, Label[]>();
  /** Grows with each label of that list. */
  readonly #revisions = new Map<string, number>();

  add(label: Label): void {
    const labels = label.reported ? this.#reported : this.#audited;
    labels.push(label);
    for (const key of keysOf(label)) {
      const list = this.#lists.get(key) ?? [];
      list.push(label);
      if (list.length > mostInList) list.shift();
      this.#lists.set(key, list);
      this.#revisions.set(key, this.revision(key) + 1);
    }
    if (labels.length > (label.reported ? mostReports : mostLabels)) this.#forget(labels.shift() as Label);
  }

  /** Oldest first. */
  of(key: string): readonly Label[] {
    return this.#lists.get(key) ?? [];
  }

  revision(key: string): number {
    return this.#revisions.get(key) ?? 0;
  }

  /** Scopes by how many labels they have, most first. */
  scopes(): string[] {
    const counts = new Map<string, number>();
    for (const { scope } of [...this.#audited, ...this.#reported])
      counts.set(scope, (counts.get(scope) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a).map(([scope]) => scope);
  }

  #forget(label: Label): void {
    for (const key of keysOf(label)) {
      const list = this.#lists.get(key);
      const at = list?.indexOf(label) ?? -1;
      if (at >= 0) list?.splice(at, 1);
      if (list?.length === 0) {
        this.#lists.delete(key);
        this.#revisions.delete(key);
      }
    }
  }
}

export const keyOf = (scope: string | undefined, kind: MatchKind): string => `${scope ?? '*'} ${kind}`;

function keysOf({ scope, kind, reported }: Label): string[] {
  return reported ? [keyOf(scope, kind)] : [keyOf(scope, kind), keyOf(undefined, kind)];
}

/**
 * What the labels are worth now: traffic changes, so a label weighs half after so many newer ones of its kind and scope, and
 * half after a week.
 */
export function observations(labels: readonly Label[], now: number): Observation[] {
  return labels.map(({ similarity, right, at }, index) => {
    const newer = labels.length - 1 - index;
    const halvings = newer / halfLifeLabels + Math.max(0, now - at) / halfLifeMilliseconds;
    return { similarity, right, weight: 2 ** -halvings };
  });
}

const halfLifeLabels = 50;
const halfLifeMilliseconds = 7 * 24 * 3_600_000;
/** Six half-lives: what is older counts nearly nothing. */
const mostInList = 300;
const mostLabels = 20_000;
const mostReports = 5_000;
