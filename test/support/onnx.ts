import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Small models in ONNX, whose answers can be worked out by hand: folders as a user would bring them. Fields are numbered as
 * in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'red', 'green', 'blue', 'not', 'query', ':', '?'] as const;
const idOf = (word: string) => words.indexOf(word as (typeof words)[number]);
export const dimension = 4;

/** A vector for each word; the marks have one too. */
export const vectorOf = (word: string): number[] => {
  const id = idOf(word);
  return Array.from({ length: dimension }, (_, at) => ((id * 7 + at * 3) % 11) - 4);
};

/** A sentence transformer: each word piece has its own vector, whatever stands beside it. */
export function writeEncoder(folder: string, files: Readonly<Record<string, object>> = {}): void {
  const graph = [
    node('Gather', ['table', 'input_ids'], ['last_hidden_state']),
    tensor('table', [words.length, dimension], words.flatMap(vectorOf)),
    input('input_ids'),
    input('attention_mask'),
    output('last_hidden_state', 3),
  ];
  write(folder, 'model.onnx', model(graph));
  write(folder, 'tokenizer.json', tokenizer);
  write(folder, 'config.json', { hidden_size: dimension, max_position_embeddings: 16, model_type: 'bert' });
  for (const [name, content] of Object.entries(files)) write(folder, name, content);
}

/** A cross-encoder: two texts are the same unless the second of them has that word. Its one output is 4, less 8 for each. */
export function writeCrossEncoder(
  folder: string,
  files: Readonly<Record<string, object>> = {},
  word: 'not' | '?' = 'not',
): void {
  const graph = [
    node('Equal', ['input_ids', 'word'], ['isWord']),
    node('Cast', ['isWord'], ['found'], [attribute('to', 1)]),
    node('Cast', ['token_type_ids'], ['second'], [attribute('to', 1)]),
    node('Mul', ['found', 'second'], ['inSecond']),
    node('ReduceSum', ['inSecond'], ['count'], [attribute('keepdims', 1)]),
    node('Mul', ['count', 'each'], ['less']),
    node('Add', ['less', 'base'], ['logits']),
    wholeTensor('word', [1], [idOf(word)]),
    tensor('each', [1, 1], [-8]),
    tensor('base', [1, 1], [4]),
    input('input_ids'),
    input('attention_mask'),
    input('token_type_ids'),
    output('logits', 2),
  ];
  write(folder, 'onnx/model.onnx', model(graph));
  write(folder, 'tokenizer.json', tokenizer);
  write(folder, 'config.json', { max_position_embeddings: 32, id2label: { 0: 'LABEL_0' } });
  for (const [name, content] of Object.entries(files)) write(folder, name, content);
}

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: words.slice(0, 4).map((content, id) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [mark('[CLS]', 0), sequence('A', 0), mark('[SEP]', 0)],
    pair: [mark('[CLS]', 0), sequence('A', 0), mark('[SEP]', 0), sequence('B', 1), mark('[SEP]', 1)],
    special_tokens: Object.fromEntries(
      ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }]),
    ),
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  },
};

function mark(id: string, type_id: number) {
  return { SpecialToken: { id, type_id } };
}
function sequence(id: string, type_id: number) {
  return { Sequence: { id, type_id } };
}

function write(folder: string, name: string, content: object): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content instanceof Uint8Array ? content : JSON.stringify(content));
}

/** Protocol buffers: a number, or bytes with their length. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
export const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
export const bytes = (field: number, value: Uint8Array | string) => {
  const content = Buffer.from(value as string);
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
};

export const model = (graph: readonly Buffer[]): Buffer =>
  Buffer.concat([
    number(1, 8),
    bytes(8, Buffer.concat([bytes(1, ''), number(2, 13)])),
    bytes(7, Buffer.concat([...graph, bytes(2, 'graph')])),
  ]);
export const node = (type: string, inputs: string[], outputs: string[], attributes: Buffer[] = []): Buffer =>
  bytes(
    1,
    Buffer.concat([
      ...inputs.map((name) => bytes(1, name)),
      ...outputs.map((name) => bytes(2, name)),
      bytes(4, type),
      ...attributes.map((each) => bytes(5, each)),
    ]),
  );
export const attribute = (name: string, value: number): Buffer =>
  Buffer.concat([bytes(1, name), number(3, value), number(20, 2)]);
export const tensor = (name: string, shape: number[], values: number[]): Buffer =>
  bytes(5, tensorOf(name, shape, 1, Buffer.from(Float32Array.from(values).buffer)));
const wholeTensor = (name: string, shape: number[], values: number[]): Buffer =>
  bytes(5, tensorOf(name, shape, 7, Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer)));
const tensorOf = (name: string, shape: number[], type: number, raw: Buffer): Buffer =>
  Buffer.concat([...shape.map((size) => number(1, size)), number(2, type), bytes(8, name), bytes(9, raw)]);
export const input = (name: string): Buffer => bytes(11, valueInfo(name, 7, 2));
export const output = (name: string, rank: number): Buffer => bytes(12, valueInfo(name, 1, rank));
function valueInfo(name: string, type: number, rank: number): Buffer {
  const dimensions = Array.from({ length: rank }, (_, at) => bytes(1, bytes(2, `d${name}${at}`)));
  const tensorType = Buffer.concat([number(1, type), bytes(2, Buffer.concat(dimensions))]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensorType))]);
}
