import { describe, expect, it } from 'vitest';
import { isKnown, otherWords } from '../../../../sidecar/lookup/text/known-words.ts';
import { realWords } from '../../../../sidecar/lookup/text/real-words.ts';
import { WordList } from '../../../../sidecar/lookup/text/word-list.ts';

describe('a list of words', () => {
  const list = new WordList('\nable baker\nbakery charlie\n');

  it.each(['able', 'baker', 'bakery', 'charlie'])('has %s', (word) => {
    expect(list.has(word)).toBe(true);
  });

  it.each([
    '',
    ' ',
    'a',
    'abl',
    'ables',
    'bake',
    'bakers',
    'char',
    'charlies',
    'zulu',
    'able baker',
    'baker\nbakery',
  ])('has not %j', (word) => {
    expect(list.has(word)).toBe(false);
  });

  it('may be empty, or have one word', () => {
    expect(new WordList('').has('')).toBe(false);
    expect(new WordList('able').has('able')).toBe(true);
  });
});

describe.each([
  ['realWords', realWords, 4_500],
  ['otherWords', otherWords, 8_000],
])('%s', (_, list, least) => {
  const words = [...list];

  it('are in order, each once, with one space or line break between two', () => {
    expect(words.length).toBeGreaterThan(least);
    expect(words).toEqual([...new Set(words)].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(words).not.toContain('');
  });

  it('are all found, and nothing beside them', () => {
    const others = words.map((word) => `${word.slice(1)}q`).filter((word) => !words.includes(word));
    expect(words.filter((word) => !list.has(word))).toEqual([]);
    expect(others.filter((word) => list.has(word))).toEqual([]);
  });
});

it('a word is known when either list has it', () => {
  expect(['form', 'module', 'quuxly'].map(isKnown)).toEqual([true, true, false]);
});
