import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ModelChangedError, openModelFile, type WordRows } from '../../../../sidecar/embedders/model-file.ts';
import { vectorOf, writeEncoder } from '../../../support/onnx.ts';

const folder = mkdtempSync(join(tmpdir(), 'model-file-'));
const path = join(folder, 'model.onnx');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let words: WordRows;
beforeEach(() => {
  writeEncoder(folder);
  words = openModelFile(path).words as WordRows;
});
const rows = (...ids: number[]) => [...words.of(ids)];

describe('rows of a table of words', () => {
  it('are those of the file, in the order of the ids, read or kept', () => {
    for (let i = 0; i < 2; i++)
      expect(rows(4, 5, 4)).toEqual([...vectorOf('red'), ...vectorOf('green'), ...vectorOf('red')]);
  });

  it('are none of an id that is not in it', () => {
    expect(() => rows(4, 11)).toThrow('the model has 11 word pieces, and was asked for number 11');
  });

  it('stay those of the file that was opened, whatever takes its place', () => {
    writeFileSync(`${path}.new`, 'another model');
    renameSync(`${path}.new`, path);
    expect(rows(6)).toEqual(vectorOf('blue'));
    rmSync(path);
    expect(rows(7)).toEqual(vectorOf('not'));
  });

  it.each([
    ['written to', () => utimesSync(path, new Date(), new Date(0))],
    ['cut', () => writeFileSync(path, '')],
  ])('are none of a file that was %s', (_, change) => {
    expect(rows(4)).toEqual(vectorOf('red'));
    change();
    expect(() => rows(4)).toThrow(ModelChangedError);
    expect(() => rows(5)).toThrow(ModelChangedError);
  });
});

it('a file that is no model is left to the runtime to judge', () => {
  writeFileSync(path, 'hello '.repeat(100));
  expect(openModelFile(path)).toEqual({ model: path });
});
