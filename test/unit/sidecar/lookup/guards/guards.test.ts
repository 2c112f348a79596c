import { describe, expect, it } from 'vitest';
import { guard, guards } from '../../../../../sidecar/lookup/guards/index.ts';
import { read } from '../../../../../sidecar/lookup/guards/reading.ts';
import { refused } from './refused.ts';
import { same } from './same.ts';

const judge = (a: string, b: string) => guard(read(a), read(b));

describe.each(Object.entries(refused))('%s', (reason, pairs) => {
  it.each(pairs)('refuses %s | %s', (a, b) => {
    const own = guards.find((each) => each.reason === reason)!;
    expect(own.refuses(read(a), read(b))).toBe(true);
    expect(own.refuses(read(b), read(a))).toBe(true);
    expect(judge(a, b)).toBeDefined();
  });
});

describe('no guard refuses', () => {
  it.each(same)('%s | %s', (a, b) => {
    expect(judge(a, b)).toBeUndefined();
    expect(judge(b, a)).toBeUndefined();
  });
});

describe('the chain', () => {
  it('has a test for each guard, one word for each reason, and a sentence for each description', () => {
    expect(Object.keys(refused).sort()).toEqual(guards.map(({ reason }) => reason).sort());
    for (const { reason, description } of guards) {
      expect(reason).toMatch(/^[a-z]+$/);
      expect(description).toMatch(/^[A-Z].+\.$/);
    }
  });

  it('lets each text be an answer to itself, and to itself in other case', () => {
    for (const [a, b] of Object.values(refused).flat()) {
      for (const text of [a, b]) expect(judge(text, text)).toBeUndefined();
    }
  });
});
