/**
 * Where the text begins that is to be translated, corrected or rewritten: behind the colon of such a request, at most
 * `farthest` characters on; undefined where there is none. In it, courtesy and errors are what the request is about.
 */
export function workedOn(text: string): number | undefined {
  const colon = text.indexOf(':');
  if (colon < 0 || colon >= farthest) return undefined;
  const task = orders.exec(text.slice(0, farthest));
  return task === null ? undefined : task.index + task[0].length;
}

const farthest = 200;

const orders =
  /(?:^(?:please |can you |could you |help me )*fix|(?<![\p{L}'-])(?:translat(?:e|ing|ion)|correct(?:ed|ion|ly)?|proofread|spell(?:ed|ing)?|gramma(?:r|tical|tically)|punctuat(?:e|ion)|capitali[sz]e|rewrite|rephrase|reword|paraphrase)(?![\p{L}'-]))[^:.?!\n`"]{0,80}:\s+(?=\S)/iu;

/** A word that asks for letters, or for errors. */
export function isSpelling(word: string): boolean {
  return spelling.has(word);
}

const spelling = new Set(
  'spell spells spelled spelt spelling misspelled proofread typo typos grammar grammatical grammatically punctuation'.split(
    ' ',
  ),
);
