import { expect, it } from 'vitest';
import { acceptableRisk, deviationsOf } from '../../../../sidecar/quality/bound.ts';
import { type Observation, posterior, prior, risk } from '../../../../sidecar/quality/curve.ts';
import { numbers } from '../stores/entries.ts';

const guess = prior(5, 1.5, { level: 1.2, slope: 1 });
const truth = { level: 3, slope: 1.2 };
const rightAt = (similarity: number) =>
  1 / (1 + Math.exp(-(truth.level + truth.slope * 20 * (similarity - 0.9))));

function observed(count: number, random: () => number): Observation[] {
  return Array.from({ length: count }, () => {
    const similarity = 0.8 + 0.2 * random();
    return { similarity, right: random() < rightAt(similarity), weight: 1 };
  });
}

it('without evidence it is the prior', () => expect(posterior(guess, [])).toEqual(guess));

it('finds the curve that the evidence comes from', () => {
  const { level, slope } = posterior(guess, observed(20_000, numbers(1)));
  expect(level).toBeCloseTo(truth.level, 0);
  expect(slope).toBeCloseTo(truth.slope, 0);
});

it('the risk lies above the true one in 90 of 100 runs, and closer to it the more was seen', () => {
  let above = 0;
  let [few, many] = [0, 0];
  const wrong = 1 - rightAt(0.9);
  // A prior that knows nothing, so that it is the evidence that is judged
  const blank = prior(3, 1, { level: 3, slope: 2 });
  for (let seed = 1; seed <= 100; seed++) {
    const seen = observed(400, numbers(seed));
    const bound = risk(posterior(blank, seen), 0.9, deviationsOf(0.95));
    if (bound >= wrong) above++;
    many += bound;
    few += risk(posterior(blank, seen.slice(0, 50)), 0.9, deviationsOf(0.95));
  }
  expect(above).toBeGreaterThanOrEqual(90);
  expect(many).toBeLessThan(few);
});

it('wrong answers raise the risk, right ones lower it, old ones less', () => {
  const at = (right: boolean, weight: number) =>
    risk(posterior(guess, [{ similarity: 0.92, right, weight }]), 0.92, 1.645);
  const before = risk(guess, 0.92, 1.645);
  expect(at(false, 1)).toBeGreaterThan(at(false, 0.2));
  expect(at(false, 0.2)).toBeGreaterThan(before);
  expect(at(true, 1)).toBeLessThan(before);
});

it('stays finite whatever it is told', () => {
  const random = numbers(7);
  for (let run = 0; run < 200; run++) {
    const all = run % 2 === 0;
    const seen = Array.from({ length: 300 }, () => ({
      similarity: random() * 2 - 1,
      right: all,
      weight: random(),
    }));
    const bound = risk(posterior(guess, seen), random(), 3);
    expect(bound).toBeGreaterThanOrEqual(0);
    expect(bound).toBeLessThanOrEqual(1);
  }
});

it.each([
  [0.5, 0],
  [0.9, 1.2816],
  [0.95, 1.6449],
  [0.999, 3.0902],
])('a confidence of %d is %d deviations', (confidence, deviations) => {
  expect(deviationsOf(confidence)).toBeCloseTo(deviations, 3);
});

it('answers are let through by risk, as many as the bound allows among all hits', () => {
  expect(acceptableRisk([], 100, 0.01)).toBe(0.01);
  expect(acceptableRisk([0.02, 0.05, 0.08], 97, 0.01)).toBe(0.08);
  expect(acceptableRisk([0.02, 0.05, 0.08], 10, 0.01)).toBe(0.05);
  expect(acceptableRisk([0.02, 0.05, 0.08], 0, 0.01)).toBe(0.01);
  // However many sure hits there are, nothing that is wrong every second time
  expect(acceptableRisk([0.02, 0.5], 100_000, 0.01)).toBe(0.02);
});
