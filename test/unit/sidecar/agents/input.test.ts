import { describe, expect, it } from 'vitest';
import { memoryIdentity, toolIdentity } from '../../../../sidecar/agents/identity.ts';
import { deepest, isTooDeep, splitInput } from '../../../../sidecar/agents/input.ts';
import { parseJson } from '../../../../sidecar/agents/json.ts';

describe('the text of an input that may be worded otherwise', () => {
  it.each([
    [{ query: 'how do I reset it' }, 'how do I reset it'],
    [{ search_query: 'reset a password', limit: 5 }, 'reset a password'],
    [{ searchQuery: 'reset a password' }, 'reset a password'],
    ['how do I reset it', 'how do I reset it'],
    [{ query: 'capitals in it', text: 'hello World' }, 'capitals in it'],
    [{ query: 'wie setze ich es zurück?' }, 'wie setze ich es zurück?'],
  ])('%j', (input, text) => {
    expect(splitInput(input).text).toBe(text);
  });

  it.each([
    ['one word', { query: 'password' }],
    ['a statement of SQL', { query: 'SELECT name FROM users' }],
    ['a statement of Cypher', { query: 'match the user with name' }],
    ['code', { query: 'a = b and c' }],
    ['a path', { query: 'show /etc/passwd now' }],
    ['a field that is no question', { command: 'git push origin main' }],
    ['a deeper field', { filter: { query: 'how do I reset it' } }],
    ['what the tool translates', { text: 'My dog is sick', to: 'es' }],
    ['what it sends', { message: 'He is very tall' }],
    ['what it describes', { description: 'hello World' }],
    ['two questions', { query: 'how do I reset it', question: 'who may do that' }],
    ['a list', ['how do I reset it']],
    ['a lone surrogate', { query: 'how do \ud800 reset it' }],
    ['nothing', null],
    ['a number', 5],
  ])('none: %s', (_, input) => {
    expect(splitInput(input)).toEqual({ fixed: input, text: undefined });
  });

  it.each(['x', 'x ', 'é', 'e\u0301', '. ', 'x.', 'x-1 ', ' '])('long texts of %j take no time', (unit) => {
    for (const length of [8_000, 1_000_000]) {
      const text = unit.repeat(length / unit.length);
      const start = performance.now();
      splitInput(text);
      splitInput({ query: `${text}!{` });
      // One letter after the other as the beginning of a word took 41 s for 200,000 of them.
      expect(performance.now() - start).toBeLessThan(2_000);
    }
  });

  it('a text longer than any question is compared whole', () => {
    expect(splitInput('how do I reset it '.repeat(1_000)).text).toBeUndefined();
  });

  it('is the field that the policy names, and no other', () => {
    const input = { query: 'how do I reset it', note: 'please be quick' };
    expect(splitInput(input, 'note').text).toBe('please be quick');
    expect(splitInput(input, 'other').text).toBeUndefined();
    expect(splitInput({ text: 'please be quick' }, 'text').text).toBe('please be quick');
  });
});

describe('identity', () => {
  const of = (tool: string, input: unknown, partition = 'p') =>
    toolIdentity({ tool, input: splitInput(input), partition });

  it('the order of fields does not count', () => {
    expect(of('a', { x: 1, y: [2, { z: 3 }] })).toEqual(of('a', { y: [2, { z: 3 }], x: 1 }));
  });

  it('two wordings share a scope and no key', () => {
    const [one, other] = [of('a', { query: 'reset it now', n: 1 }), of('a', { n: 1, query: 'now reset it' })];
    expect(one.scope).toBe(other.scope);
    expect(one.exactKey).not.toBe(other.exactKey);
  });

  it.each([
    ['another tool', of('b', { query: 'reset it now', n: 1 })],
    ['another partition', of('a', { query: 'reset it now', n: 1 }, 'q')],
    ['another number', of('a', { query: 'reset it now', n: 2 })],
    ['one field more', of('a', { query: 'reset it now', n: 1, m: null })],
    ['the mark of the text itself', of('a', { query: { '': 'loose text' }, n: 1 })],
  ])('%s is another scope or key', (_, other) => {
    const one = of('a', { query: 'reset it now', n: 1 });
    expect(other.exactKey).not.toBe(one.exactKey);
    if (other.scope === one.scope) expect(other.id).not.toBe(one.id);
  });

  it('an id that a double cannot hold keeps its digits', () => {
    const id = (digits: string) => of('a', parseJson(`{"id": ${digits}}`)).exactKey;
    expect(id('12345678901234567890')).not.toBe(id('12345678901234567891'));
    expect(id('12345678901234567890')).not.toBe(
      of('a', { id: { rawJSON: '12345678901234567890' } }).exactKey,
    );
    expect(JSON.stringify(parseJson('{"id":12345678901234567890}'))).toBe('{"id":12345678901234567890}');
  });

  it('tags are a set', () => {
    const of = (tags: string[], type?: string) =>
      memoryIdentity({ query: 'x', tags, type, partition: 'p' }).scope;
    expect(of(['a', 'b', 'a'])).toBe(of(['b', 'a']));
    expect(of(['a', 'b'])).not.toBe(of(['a']));
    expect(of(['a,b'])).not.toBe(of(['a', 'b']));
    expect(of(['a'], 'episodic')).not.toBe(of(['a']));
  });
});

it('depth is measured without going deep', () => {
  const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  expect(isTooDeep(nested(deepest))).toBe(false);
  expect(isTooDeep(nested(deepest + 1))).toBe(true);
  expect(isTooDeep(nested(5_000))).toBe(true);
});
