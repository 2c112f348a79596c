import type { Rule } from './rule.ts';

/**
 * Keys and tokens by the beginnings that their issuers gave them, each with the least number of characters that must follow.
 * Beginnings are searched for by the engine; what follows is looked at once.
 */
const issued: readonly (readonly [beginning: string, least: number])[] = [
  ['sk-', 20],
  ['sk_live_', 16],
  ['rk_live_', 16],
  ['ghp_', 36],
  ['gho_', 36],
  ['ghs_', 36],
  ['github_pat_', 40],
  ['glpat-', 20],
  ['xoxb-', 20],
  ['xoxp-', 20],
  ['AKIA', 16],
  ['ASIA', 16],
  ['AIza', 35],
  ['hf_', 30],
  ['npm_', 36],
  ['eyJhbGciOi', 40],
];

const others = [
  '-----BEGIN PRIVATE KEY',
  '-----BEGIN RSA PRIVATE KEY',
  '-----BEGIN EC PRIVATE KEY',
  '-----BEGIN OPENSSH PRIVATE KEY',
];

/** Most texts have none of them, and one expression over all sees that sooner than a search for each. */
const any = new RegExp([...others, ...issued.map(([beginning]) => beginning)].join('|'));

export const secret: Rule = {
  reason: 'secret',
  matches: (text) =>
    any.test(text) &&
    (others.some((each) => text.includes(each)) || issued.some((each) => holds(text, ...each))),
};

function holds(text: string, beginning: string, least: number): boolean {
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + beginning.length)) {
    // In the middle of a word it is a part of something else, of a name or of encoded data.
    if (at > 0 && isKeyCharacter(text.charCodeAt(at - 1))) continue;
    let end = at + beginning.length;
    let digits = 0;
    while (end < at + beginning.length + least && isKeyCharacter(text.charCodeAt(end))) {
      if (isDigit(text.charCodeAt(end))) digits++;
      end++;
    }
    // A name of words (`sk-learn-extension-tutorial`) has no digits.
    if (end - at - beginning.length >= least && digits > 0) return true;
  }
  return false;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const isKeyCharacter = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45;
