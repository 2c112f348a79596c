/**
 * The highest risk that an answer may have, so that of all hits no more than `maxErrorRate` are wrong: those with the lowest
 * risk are let through first, for as long as the sum of their risks, over them and the sure hits, stays below the bound.
 * `risks`: of recent candidates; `sure`: how many hits there were meanwhile that cannot be wrong.
 */
export function acceptableRisk(risks: readonly number[], sure: number, maxErrorRate: number): number {
  let best = maxErrorRate;
  let sum = 0;
  let count = 0;
  for (const risk of risks.toSorted((a, b) => a - b)) {
    // However many hits are sure, no single answer may be this doubtful.
    if (risk > mostRisk(maxErrorRate)) break;
    sum += risk;
    count++;
    if (sum / (sure + count) <= maxErrorRate) best = Math.max(best, risk);
  }
  return best;
}

const mostRisk = (maxErrorRate: number): number => Math.min(0.5, 10 * maxErrorRate);

/** Standard deviations of a one-sided bound that holds with that confidence, in [0.5, 1). */
export function deviationsOf(confidence: number): number {
  // The inverse of the normal distribution, by bisection: it is asked once for each change of the settings.
  let [low, high] = [0, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normal(middle) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The normal distribution up to `z`; Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normal(z: number): number {
  const t = 1 / (1 + (0.3275911 * z) / Math.SQRT2);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - (polynomial * Math.exp((-z * z) / 2)) / 2;
}
