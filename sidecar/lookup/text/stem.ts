const suffixes: readonly (readonly [string, string])[] = [
  ['ies', 'y'],
  ['sses', 'ss'],
  ['ing', ''],
  ['ied', 'y'],
  ['ed', ''],
  ['es', ''],
  ['s', ''],
];

const irregular = new Map(
  Object.entries({
    children: 'child',
    men: 'man',
    women: 'woman',
    people: 'person',
    feet: 'foot',
    teeth: 'tooth',
    mice: 'mouse',
    made: 'make',
    making: 'make',
    went: 'go',
    gone: 'go',
    bought: 'buy',
    sold: 'sell',
    got: 'get',
    gotten: 'get',
    getting: 'get',
    took: 'take',
    taken: 'take',
    taught: 'teach',
    wrote: 'write',
    written: 'write',
    built: 'build',
    lost: 'lose',
    found: 'find',
    paid: 'pay',
    sent: 'send',
    kept: 'keep',
    left: 'left',
    gave: 'give',
    given: 'give',
    began: 'begin',
    begun: 'begin',
    chose: 'choose',
    chosen: 'choose',
    held: 'hold',
    met: 'meet',
    won: 'win',
    said: 'say',
    told: 'tell',
    ran: 'run',
    news: 'news',
    glasses: 'glasses',
    https: 'https',
    this: 'this',
    thing: 'thing',
    during: 'during',
    does: 'do',
    has: 'have',
    had: 'have',
    was: 'was',
    is: 'is',
  }),
);

/** Nouns in -ing that are another thing than their verb: engineering and engineer, marketing and market. */
const nouns = new Set(
  'engineering accounting marketing banking building housing meaning setting settings wedding lighting clothing plumbing catering fencing planning nursing farming mining fishing shipping trading banking advertising consulting coaching mentoring counseling bearing earring being ceiling evening morning string spring king ring wing thing sterling darling sibling offspring pudding sewing knitting boxing wrestling rowing sailing skiing painting drawing writing reading opening ending hearing feeling filling ruling rating ranking finding dressing stuffing topping icing frosting wiring piping tubing flooring roofing siding staging manufacturing programming gaming scripting lending underwriting modeling'.split(
    ' ',
  ),
);

/** Inflections only: plural, -ing, -ed. Derivations (-er, -ly, -ness) stay apart, they make other words. */
export function stem(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  if (nouns.has(word)) return word;
  if (word.length <= 3 || !/^[a-z]+$/.test(word)) return word;
  let root = word;
  for (const [suffix, replacement] of 'sgd'.includes(word.at(-1)!) ? suffixes : []) {
    if (!word.endsWith(suffix)) continue;
    if (suffix === 's' && /(?:ss|us|is)$/.test(word)) break;
    if (word.length - suffix.length < 3) continue;
    root = word.slice(0, -suffix.length) + replacement;
    // "sing" and "thing" keep their ending: what is left must hold a vowel.
    if (!/[aeiouy]/.test(root)) return word;
    break;
  }
  const last = root.at(-1)!;
  if (root.length > 3 && last === root.at(-2) && !'lszaeiou'.includes(last)) root = root.slice(0, -1);
  return root.length > 3 && last === 'e' ? root.slice(0, -1) : root;
}
