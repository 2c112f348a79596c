import fc from 'fast-check';
import { expect, it } from 'vitest';
import { distance } from '../../../../sidecar/lookup/text/typing-error.ts';

/** By its definition, every cell. */
function whole(a: string, b: string): number {
  const cells: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    cells.push([]);
    for (let j = 0; j <= b.length; j++) {
      const ways = [i + j];
      if (i > 0) ways.push(cells[i - 1]![j]! + 1);
      if (j > 0) ways.push(cells[i]![j - 1]! + 1);
      if (i > 0 && j > 0) ways.push(cells[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        ways.push(cells[i - 2]![j - 2]! + 1);
      cells[i]!.push(Math.min(...ways));
    }
  }
  return cells[a.length]![b.length]!;
}

it('the distance of two words is what all ways from one to the other give, up to what is asked for', () => {
  const word = fc.stringMatching(/^[abc]{0,9}$/);
  fc.assert(
    fc.property(word, word, fc.nat(5), (a, b, most) => {
      expect(distance(a, b, most)).toBe(Math.min(whole(a, b), most + 1));
    }),
    { numRuns: 10_000 },
  );
});
