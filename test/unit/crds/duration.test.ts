import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../crds/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['24h', 86_400],
    ['1h30m', 5400],
    ['90s', 90],
    ['250ms', 0.25],
    ['1.5h', 5400],
    ['100us', 0.0001],
    ['100µs', 0.0001],
    ['7ns', 7e-9],
    ['0s', 0],
    ['0', 0],
    ['600', 600],
    ['1m1m', 120],
    ['0.1s', 0.1],
    ['87600h', 315_360_000],
    ['32.368793ms', 0.032368793],
  ])('reads %s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each([
    '',
    'h',
    '24 h',
    ' 24h',
    '24h ',
    '24h\n',
    '-1h',
    '+1h',
    '1d',
    '1w',
    '1H',
    '1.h',
    '.5h',
    '1..5h',
    '1h30',
    '1e3s',
    'Infinity',
    'NaN',
    '∞',
    '٣s',
    `${'9'.repeat(20)}h`,
    '9'.repeat(400),
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('takes time in proportion to a hostile text', () => {
    const started = performance.now();
    parseDuration(`${'1'.repeat(200_000)}!`);
    parseDuration(`${'1h'.repeat(100_000)}!`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [5400, '1h30m'],
    [86_400, '24h'],
    [90, '1m30s'],
    [0.25, '250ms'],
    [0.0001, '100us'],
    [1e-9, '1ns'],
    [61.5, '1m1.5s'],
  ])('writes %d as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('writes what parseDuration reads back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.constantFrom(1, 1e3, 1e6, 1e9),
        (count, unit) => {
          const seconds = Math.round(count * unit) / 1e9;
          expect(parseDuration(formatDuration(seconds))).toBe(seconds);
        },
      ),
    );
  });
});
