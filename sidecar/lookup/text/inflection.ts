/**
 * Whether two words with one stem are not one word. A stem drops the final -e, since "baking" has lost it as well: plane
 * and plan share one, so do rates and rat. And who is boring is not bored.
 */
export function isOtherWord(a: string, b: string): boolean {
  if ((a.endsWith('ing') && b.endsWith('ed')) || (a.endsWith('ed') && b.endsWith('ing'))) return true;
  const left = bases(a);
  const right = bases(b);
  if (left.some((base) => right.includes(base))) return false;
  return left.some((base) => right.includes(`${base}e`)) || right.some((base) => left.includes(`${base}e`));
}

/** What a word may be an inflection of, itself among it. */
function bases(word: string): string[] {
  const found = [word];
  if (word.endsWith('s')) found.push(word.slice(0, -1));
  if (/(?:s|x|z|ch|sh|o)es$/.test(word)) found.push(word.slice(0, -2));
  const [, root] = /^(.*[aeiouy].*)(?:ed|ing)$/.exec(word) ?? [];
  if (root !== undefined) found.push(root, `${root}e`);
  if (root !== undefined && root.at(-1) === root.at(-2)) found.push(root.slice(0, -1));
  return found;
}
