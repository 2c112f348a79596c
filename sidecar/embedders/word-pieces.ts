import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';

export interface WordPieces {
  /** The marks at both ends included. */
  readonly ids: readonly number[];
  /** Which of two texts each belongs to. */
  readonly types: readonly number[] | undefined;
  /** How many of them stand for a word that the model does not know. */
  readonly unknown: number;
}

/** A longer word is one unknown piece, whatever stands in it. */
const tooLongWord = /\S{101}/u;

/** Gives `undefined` for a text, or two, that do not fit the model: too many pieces, or a word that is too long. */
export async function readWordPieces(tokenizerPath: string, window: number) {
  const file = JSON.parse(await readFile(tokenizerPath, 'utf8'));
  // The file asks for cutting and filling up to 128. A cut text is never wanted here, so the window is ours, whether or
  // not the library of the day follows the file.
  delete file.truncation;
  delete file.padding;
  const tokenizer = new Tokenizer(file, {});
  // The library keeps the file beside the tables that it made of it: for 30,000 pieces 1.5 MiB, and others have ten times as many.
  delete file.model?.vocab;
  delete file.model?.merges;
  const unknownId = tokenizer.token_to_id(file.model?.unk_token ?? '[UNK]');
  return (text: string, other?: string): WordPieces | undefined => {
    const { ids, token_type_ids: types }: { ids: readonly number[]; token_type_ids?: readonly number[] } =
      other === undefined
        ? tokenizer.encode(text)
        : tokenizer.encode(text, { text_pair: other, return_token_type_ids: true });
    if (ids.length > window) return undefined;
    const unknown = ids.reduce((count, id) => (id === unknownId ? count + 1 : count), 0);
    return unknown > 0 && tooLongWord.test(`${text} ${other ?? ''}`) ? undefined : { ids, types, unknown };
  };
}
