import { functionWords } from '../text/function-words.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { exchanged, setOf } from './sets.ts';

/** The answer is wanted in another form: as JSON or as a table, a poem or a story, formal or funny, for a child or for an expert. */
export const format: Guard = {
  reason: 'format',
  description: 'The texts ask for different forms of answer.',
  refuses(asked, stored) {
    if (exchanged(formats(asked), formats(stored))) return true;
    return exchanged(audiences(asked), audiences(stored));
  },
};

/** One line for each form. */
const forms = groups(`
json
csv
xml
yaml yml
html
latex
toml
markdown
pdf
table tables tabular spreadsheet
bullet bullets bulleted bullet-points
numbered
outline
diagram flowchart
chart graph
checklist
poem poems poetry
haiku haikus
limerick limericks
sonnet sonnets
rap
song songs lyrics
essay essays
story stories
novel
joke jokes
riddle riddles
speech speeches
script scripts screenplay
dialogue dialog
monologue
sentence sentences
paragraph paragraphs
word words
page pages
tweet tweets
email emails
letter letters
memo
blog blogpost
article
report
headline headlines
slogan slogans tagline taglines
tutorial
review
caption captions
resume cv
formal formally professional professionally
casual casually informal informally friendly
funny humorous humorously
serious seriously
sarcastic sarcastically
polite politely
angry angrily
persuasive persuasively
neutral
poetic
short brief briefly shortly concise concisely succinct terse
long lengthy detailed detail thorough thoroughly comprehensive elaborate extended
pseudocode
regex
`);

/** Who the answer is for. */
const readers = groups(`
child children kid kids toddler five-year-old year-old
teenager teenagers teen teens
adult adults
beginner beginners novice newbie dummies layman layperson laymen
expert experts professional professionals specialist
engineer engineers developer developers programmer programmers
student students undergraduate undergraduates pupil
graduate phd postgraduate
teacher teachers professor
scientist scientists researcher
doctor doctors physician
lawyer lawyers
manager managers executive executives ceo
grandmother grandma grandparents grandpa senior seniors elderly
`);

/** "How long", "as long as" ask for no form. */
const formless = /^(?:how|as|so|too|no|in|for|before)$/;

const formats = derived((reading: Reading) =>
  setOf(
    reading.words.map(({ kind, folded }, at) => {
      if (kind !== 'word') return undefined;
      const form = forms.get(folded);
      return folded === 'long' && formless.test(reading.words[at - 1]?.folded ?? '') ? undefined : form;
    }),
  ),
);

/** Only where something is explained "to" or written "for" somebody. */
const audiences = derived((reading: Reading) => {
  const { words } = reading;
  const explains = words.some(({ folded }) => /^(?:explain|describe|teach|introduce)$/.test(folded));
  const found: (string | undefined)[] = [];
  for (const [at, { folded }] of words.entries()) {
    if (folded !== 'to' && folded !== 'for' && folded !== 'like') continue;
    for (let next = at + 1; next < Math.min(at + 6, words.length) && !words[next]!.opens; next++) {
      const reader = readers.get(words[next]!.folded);
      if (reader !== undefined) {
        found.push(reader);
        break;
      }
      if (words[next]!.folded === 'old' && words[next - 1]!.folded === 'year') found.push('child');
      // "explain it to a biologist": whoever follows is the reader.
      else if (explains && folded === 'to' && next > at + 1 && !functionWords.has(words[next]!.folded)) {
        found.push(words[next]!.stem);
        break;
      }
    }
  }
  return setOf(found);
});

function groups(table: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of table.trim().split('\n')) {
    const [name, ...others] = line.split(' ') as [string, ...string[]];
    for (const each of [name, ...others]) names.set(each, name);
  }
  return names;
}
