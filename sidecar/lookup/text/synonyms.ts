import { stem } from './stem.ts';

/**
 * Words that may stand for each other in any request; harmless on all streams. Close is not enough: "good" and "best",
 * "job" and "work", "learn" and "study" ask for different things.
 */
const table = `
delete remove erase
begin start commence
buy purchase
fix repair mend
quick fast rapid speedy
quickest fastest
quickly fast
terminate kill
hard difficult
big large
price cost
movie film
doctor physician
car automobile
couch sofa
assist help
obtain acquire
smart intelligent
student pupil
wealthy rich
rubbish trash garbage
maybe perhaps
pic picture
lawyer attorney
write draft compose
summarize summary
translate translation
explain explanation
describe description
professor prof
huge enormous gigantic
`;

/** Case-folded word to the word it is compared by. */
export const synonyms: ReadonlyMap<string, string> = new Map(
  table
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [name, ...others] = line.split(' ') as [string, ...string[]];
      return others.flatMap((other) => [other, stem(other)].map((form) => [form, stem(name)] as const));
    }),
);
