import type { Token } from './tokens.ts';

const small = new Map<string, number>(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, value) => [word, value]),
);
const tens = new Map<string, number>(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, at) => [word, (at + 2) * 10]),
);
const multiples = new Map<string, number>([
  ['hundred', 1e2],
  ['thousand', 1e3],
  ['lakh', 1e5],
  ['million', 1e6],
  ['crore', 1e7],
  ['billion', 1e9],
  ['trillion', 1e12],
]);
const ordinals = new Map<string, string>(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'
    .split(' ')
    .map((word, at) => [word, ordinal(at + 1)]),
);

function ordinal(n: number): string {
  return `${n}${['th', 'st', 'nd', 'rd'][n] ?? 'th'}`;
}

const numerals = new Set([...small.keys(), ...tens.keys(), ...multiples.keys(), ...ordinals.keys()]);

/** After these "one" is a pronoun, not a number. */
const pronounBefore = new Set(
  'no any every some each this that which another the other good right wrong only'.split(' '),
);

/** Writes number words in digits: "twenty-five" and "1 million" become 25 and 1000000, "first" becomes 1st. */
export function withDigits(tokens: readonly Token[]): Token[] {
  const written: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const value =
      token.kind === 'word' ? words(tokens, at) : token.kind === 'number' ? scaled(tokens, at) : undefined;
    if (value !== undefined) {
      written.push({ ...token, kind: 'number', folded: value.digits });
      at += value.length - 1;
    } else written.push(token);
  }
  return written;
}

function words(tokens: readonly Token[], at: number): { digits: string; length: number } | undefined {
  const word = tokens[at]!.folded;
  // "Every other day" is every second one.
  if (word === 'other' && tokens[at - 1]?.folded === 'every') return { digits: '2nd', length: 1 };
  if (!numerals.has(word)) return undefined;
  const order = ordinals.get(word);
  if (order !== undefined) return { digits: order, length: 1 };
  if (word === 'one' && isPronoun(tokens, at)) return undefined;
  let next = at;
  let total = 0;
  let part = small.get(word) ?? tens.get(word);
  if (part === undefined) {
    // "a hundred" and "hundred": the article goes anyway.
    if (at > 0 && tokens[at - 1]!.kind === 'number') return undefined;
    part = 1;
    next = at - 1;
  } else if (tens.has(word)) {
    const unit = small.get(tokens[at + 1]?.folded ?? '');
    if (unit !== undefined && unit > 0 && unit < 10 && !tokens[at + 1]!.opens) {
      part += unit;
      next++;
    }
  }
  for (let multiple = multiples.get(tokens[next + 1]?.folded ?? ''); multiple !== undefined; ) {
    total += part * multiple;
    part = 0;
    next++;
    const following = tokens[next + 1]?.folded ?? '';
    const more = small.get(following) ?? tens.get(following);
    if (more !== undefined) {
      part = more;
      next++;
    }
    multiple = more === undefined ? undefined : multiples.get(tokens[next + 1]?.folded ?? '');
  }
  return { digits: String(total + part), length: next - at + 1 };
}

function isPronoun(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.folded;
  return (
    at === tokens.length - 1 ||
    (before !== undefined && pronounBefore.has(before)) ||
    /^(?:of|who|that|is|can|should|does|do|would|has|to|another|or|and)$/.test(tokens[at + 1]?.folded ?? '')
  );
}

function scaled(tokens: readonly Token[], at: number): { digits: string; length: number } | undefined {
  const multiple = multiples.get(tokens[at + 1]?.folded ?? '');
  const value = Number(tokens[at]!.folded);
  if (multiple === undefined || !Number.isFinite(value) || tokens[at + 1]!.opens) return undefined;
  return { digits: String(Math.round(value * multiple)), length: 2 };
}
