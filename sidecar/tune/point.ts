import { wilson } from '../../crds/wilson.ts';

/** How a cache with these two settings does on a sample. Counts may be estimates, and then are no whole numbers. */
export interface Point {
  readonly threshold: number;
  readonly overlap: number;
  readonly asked: number;
  readonly hits: number;
  /** Of the hits, those of which is known whether they were right; and of these, the wrong ones. */
  readonly judged: number;
  readonly wrong: number;
}

export const hitRatio = ({ hits, asked }: Point): number => (asked === 0 ? 0 : hits / asked);

/** Share of wrong ones among the judged hits, and what it is at most, with a confidence of 95 %. Undefined of none. */
export const errorOf = ({ wrong, judged }: Point) => wilson(wrong, judged);

/**
 * The settings with most hits of which the error is at most that, not only as seen but as it may be. Where two hit as often,
 * the stricter ones. Undefined where none are good enough.
 */
export function best(points: readonly Point[], mostError: number): Point | undefined {
  return points
    .filter((point) => (errorOf(point)?.high ?? 1) <= mostError)
    .toSorted((a, b) => hitRatio(b) - hitRatio(a) || b.threshold - a.threshold || b.overlap - a.overlap)[0];
}
