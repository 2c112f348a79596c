import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity, parseQuantity } from '../../../crds/quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['0', 0],
    ['1000', 1000],
    ['1Ki', 1024],
    ['1Mi', 1_048_576],
    ['1.5Mi', 1_572_864],
    ['2Gi', 2_147_483_648],
    ['10k', 10_000],
    ['10M', 10_000_000],
    ['1G', 1_000_000_000],
  ])('reads %s', (text, bytes) => {
    expect(parseQuantity(text)).toBe(bytes);
  });

  it.each([
    '',
    'Mi',
    '1mi',
    '1 Mi',
    '1MB',
    '1K',
    '-1Mi',
    '+1',
    '1e6',
    '100m',
    '0.3Ki',
    '1.5',
    '9007199254740993',
    '1Mi\n',
    '1Ti',
  ])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});

describe('formatQuantity', () => {
  it.each([
    [0, '0'],
    [1023, '1023'],
    [1024, '1Ki'],
    [10_485_760, '10Mi'],
    [1_000_000, '1M'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatQuantity(bytes)).toBe(text);
  });

  it('writes what parseQuantity reads back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseQuantity(formatQuantity(bytes))).toBe(bytes);
      }),
    );
  });
});
