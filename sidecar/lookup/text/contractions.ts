/** Whole words, with or without their apostrophe where leaving it out makes no other word. */
const words = new Map(
  Object.entries({
    "can't": 'can not',
    cant: 'can not',
    cannot: 'can not',
    "won't": 'will not',
    wont: 'will not',
    "shan't": 'shall not',
    "ain't": 'is not',
    "let's": 'let us',
    "y'all": 'you all',
    dont: 'do not',
    doesnt: 'does not',
    didnt: 'did not',
    isnt: 'is not',
    arent: 'are not',
    wasnt: 'was not',
    werent: 'were not',
    wouldnt: 'would not',
    shouldnt: 'should not',
    couldnt: 'could not',
    mustnt: 'must not',
    hasnt: 'has not',
    havent: 'have not',
    hadnt: 'had not',
    whats: 'what is',
    whos: 'who is',
    wheres: 'where is',
    whens: 'when is',
    whys: 'why is',
    hows: 'how is',
    whatre: 'what are',
    thats: 'that is',
    theres: 'there is',
    heres: 'here is',
    hes: 'he is',
    shes: 'she is',
    im: 'i am',
    ive: 'i have',
    youre: 'you are',
    youve: 'you have',
    youll: 'you will',
    theyre: 'they are',
    theyve: 'they have',
    theyll: 'they will',
    weve: 'we have',
    itll: 'it will',
    gonna: 'going to',
    wanna: 'want to',
    gimme: 'give me',
    lemme: 'let me',
    'w/': 'with',
    'w/o': 'without',
  }),
);

/** After these, 's is "is"; after any other word it is a possessive. */
const subjects = new Set(
  'what who where when why how which it that this there here he she everything something everyone someone'.split(
    ' ',
  ),
);

const asking = new Set('what who where when why how which'.split(' '));

const endings: readonly (readonly [string, string])[] = [
  ["n't", 'not'],
  ["'re", 'are'],
  ["'ll", 'will'],
  ["'ve", 'have'],
  ["'m", 'am'],
  ["'d", 'would'],
];

/** The words that a case-folded word stands for; itself where it is no contraction. */
export function expand(word: string): readonly string[] {
  const whole = words.get(word);
  if (whole !== undefined) return whole.split(' ');
  if (!word.includes("'")) return [word];
  if (word.endsWith("'s")) {
    const stem = word.slice(0, -2);
    return subjects.has(stem) ? [stem, 'is'] : [`${stem}s`];
  }
  const ending = endings.find(([suffix]) => word.endsWith(suffix) && word.length > suffix.length);
  if (ending !== undefined) {
    const stem = word.slice(0, -ending[0].length);
    // "How'd it go" may be "did" and "would".
    return ending[0] === "'d" && asking.has(stem) ? [stem, ending[0]] : [stem, ending[1]];
  }
  return [word.replaceAll("'", '')];
}
