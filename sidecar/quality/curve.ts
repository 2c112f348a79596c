/**
 * How likely an answer is right, by how similar the question is: P(right | s) = 1 / (1 + exp(-(level + slope·x))), with
 * x = 20·(s - 0.9), so that one step of x is 0.05 of similarity. The parameters are not known but to a Gaussian: before any
 * evidence by the prior, after it by the mode and curvature of their posterior (Laplace's approximation).
 */
export interface Curve {
  readonly level: number;
  readonly slope: number;
  /** Their covariance. */
  readonly variance: { readonly level: number; readonly slope: number; readonly both: number };
}

export interface Observation {
  readonly similarity: number;
  readonly right: boolean;
  /** In (0, 1]: old evidence weighs less. */
  readonly weight: number;
}

const x = (similarity: number): number => 20 * (similarity - 0.9);
const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

/** A curve of independent parameters. */
export function prior(level: number, slope: number, deviation: { level: number; slope: number }): Curve {
  return { level, slope, variance: { level: deviation.level ** 2, slope: deviation.slope ** 2, both: 0 } };
}

/** The posterior of these observations, by Newton's method; converges within a few steps, since the posterior is concave. */
export function posterior(before: Curve, observations: readonly Observation[]): Curve {
  const precision = inverse(before.variance);
  let { level, slope } = before;
  let curvature = precision;
  for (let step = 0; step < mostSteps; step++) {
    const [off, tilt] = [level - before.level, slope - before.slope];
    let upLevel = -(precision.level * off + precision.both * tilt);
    let upSlope = -(precision.both * off + precision.slope * tilt);
    const sum = { ...precision };
    for (const { similarity, right, weight } of observations) {
      const at = x(similarity);
      const p = logistic(level + slope * at);
      const surprise = weight * ((right ? 1 : 0) - p);
      const information = weight * p * (1 - p);
      upLevel += surprise;
      upSlope += surprise * at;
      sum.level += information;
      sum.both += information * at;
      sum.slope += information * at * at;
    }
    curvature = sum;
    const { level: a, slope: d, both: b } = inverse(sum);
    const [byLevel, bySlope] = [a * upLevel + b * upSlope, b * upLevel + d * upSlope];
    // Far from the mode a whole step may overshoot.
    const scale = Math.min(1, longestStep / Math.max(Math.abs(byLevel), Math.abs(bySlope), 1e-12));
    level += scale * byLevel;
    slope += scale * bySlope;
    if (Math.max(Math.abs(byLevel), Math.abs(bySlope)) < 1e-6) break;
  }
  return { level, slope, variance: inverse(curvature) };
}

/** The share of wrong answers at that similarity that is not exceeded with a confidence of `deviations` (one-sided). */
export function risk({ level, slope, variance }: Curve, similarity: number, deviations: number): number {
  const at = x(similarity);
  const spread = variance.level + 2 * at * variance.both + at * at * variance.slope;
  return 1 - logistic(level + slope * at - deviations * Math.sqrt(Math.max(0, spread)));
}

function inverse({ level, slope, both }: Curve['variance']): { level: number; slope: number; both: number } {
  const determinant = level * slope - both * both;
  return { level: slope / determinant, slope: level / determinant, both: -both / determinant };
}

const mostSteps = 50;
const longestStep = 2;
