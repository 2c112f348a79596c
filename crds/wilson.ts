/** A share and what it may be, given how little was looked at. All in [0, 1]. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided, 95 %. */
const z95 = 1.959964;

/** Wilson's score interval: holds where wrong ones are few or none, unlike the textbook's. Undefined of nothing. */
export function wilson(wrong: number, looked: number, z = z95): Interval | undefined {
  if (looked === 0) return undefined;
  const share = wrong / looked;
  const scale = 1 + z ** 2 / looked;
  const middle = (share + z ** 2 / (2 * looked)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / looked + z ** 2 / (4 * looked ** 2));
  // Rounding must not make none of them into some.
  return {
    share,
    low: wrong === 0 ? 0 : Math.max(0, middle - half),
    high: wrong === looked ? 1 : Math.min(1, middle + half),
  };
}
