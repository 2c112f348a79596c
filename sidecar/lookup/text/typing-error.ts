import { realWords } from './real-words.ts';

const lowerCase = /^[\p{Ll}\p{Lo}]+$/u;

/**
 * Whether two case-folded words may be one word mistyped: one error (a letter too many, too few, wrong, or two swapped)
 * in words of five letters, two in words of nine. Two real words are never a typing error of each other.
 */
export function isTypingError(a: string, b: string): boolean {
  const longer = Math.max(a.length, b.length);
  if (longer < 5 || longer > 40 || Math.abs(a.length - b.length) > 2) return false;
  // Identifiers keep their capitals in a signature; a letter more or less in them is meant.
  if (!lowerCase.test(a) || !lowerCase.test(b)) return false;
  if (realWords.has(a) && realWords.has(b)) return false;
  if (otherWord(a, b)) return false;
  // Accents are letters: año and ano, schon and schön are other words.
  if (unaccented(a) === unaccented(b)) return false;
  const most = longer >= 9 && a[0] === b[0] ? 2 : 1;
  return distance(a, b, most) <= most;
}

/** Short beginnings and endings that make another word of the same stem. */
const beginnings = pairs(
  '-un -in -im -il -ir -a -e -de -re in-ex im-ex in-de as-des a-de sub-ob hypo-hyper micro-macro inter-intra intro-extro pre-pro anti-ante uni-bi bi-tri mono-poly over-under en-dis up-down eu-dys',
);
const endings = pairs(
  'er-ee or-ee or-er ed-er ed-ee ed-or ide-ite ide-ate ite-ate ane-ene ene-yne ane-yne ine-ene ine-ane ose-ase ol-al ful-less ics-ist ic-al ian-ia ish-ia',
);

function pairs(table: string): readonly (readonly [string, string])[] {
  return table.split(' ').map((pair) => pair.split('-') as [string, string]);
}

function otherWord(a: string, b: string): boolean {
  return (
    beginnings.some(([p, q]) => begun(a, p, b, q) || begun(b, p, a, q)) ||
    endings.some(([p, q]) => ended(a, p, b, q) || ended(b, p, a, q))
  );
}

function begun(a: string, p: string, b: string, q: string): boolean {
  return a.startsWith(p) && b.startsWith(q) && a.slice(p.length) === b.slice(q.length);
}

function ended(a: string, p: string, b: string, q: string): boolean {
  return a.endsWith(p) && b.endsWith(q) && a.slice(0, -p.length) === b.slice(0, -q.length);
}

function unaccented(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '');
}

/** Damerau–Levenshtein distance with adjacent transpositions; anything above `most` is reported as `most + 1`. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, before[column - 2]! + 1);
      current.push(cost);
      if (cost < best) best = cost;
    }
    if (best > most) return most + 1;
    before = previous;
    previous = current;
  }
  return Math.min(previous[b.length]!, most + 1);
}
