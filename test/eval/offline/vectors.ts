import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import * as onnx from 'onnxruntime-node';

const dimension = 384;

/** The model was trained for 256 word pieces; a longer text has no vector. */
const window = 256;

/**
 * MiniLM vectors of `texts`, kept in `cache` so that only the first run pays for the model. A text past the window
 * has none.
 */
export async function vectors(
  texts: Iterable<string>,
  modelDirectory: string,
  cache: string,
): Promise<ReadonlyMap<string, Float32Array>> {
  const known = load(cache);
  const wanted = [...new Set(texts)];
  const missing = wanted.filter((text) => !known.has(hash(text)));
  if (missing.length > 0) {
    const embed = await model(modelDirectory);
    for (const [done, text] of missing.entries()) {
      known.set(hash(text), await embed(text));
      if (done % 1000 === 0) process.stderr.write(`\rembedding ${done} of ${missing.length}`);
    }
    process.stderr.write('\n');
    save(cache, known);
  }
  const found = new Map<string, Float32Array>();
  for (const text of wanted) {
    const vector = known.get(hash(text));
    if (vector !== undefined) found.set(text, vector);
  }
  return found;
}

async function model(directory: string): Promise<(text: string) => Promise<Float32Array | undefined>> {
  const name = `${directory}/all-minilm-l6-v2-q`;
  const definition = JSON.parse(readFileSync(`${name}-tokenizer.json`, 'utf8'));
  const tokenizer = new Tokenizer({ ...definition, truncation: null, padding: null }, {});
  const session = await onnx.InferenceSession.create(`${name}.onnx`, { intraOpNumThreads: 1 });
  return async (text) => {
    const { ids } = tokenizer.encode(text);
    if (ids.length > window) return undefined;
    const shape = [1, ids.length];
    const output = await session.run({
      input_ids: new onnx.Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new onnx.Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      token_type_ids: new onnx.Tensor('int64', new BigInt64Array(ids.length), shape),
    });
    return unit(output.last_hidden_state?.data as Float32Array, ids.length);
  };
}

/** The mean of the token vectors, of length one. */
function unit(states: Float32Array, tokens: number): Float32Array {
  const mean = new Float32Array(dimension);
  for (let i = 0; i < tokens * dimension; i++) mean[i % dimension]! += states[i]! / tokens;
  const length = Math.hypot(...mean);
  return mean.map((x) => x / length);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function load(cache: string): Map<string, Float32Array | undefined> {
  const known = new Map<string, Float32Array | undefined>();
  if (!existsSync(`${cache}.json`)) return known;
  const bytes = readFileSync(`${cache}.bin`);
  const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let at = 0;
  for (const [key, has] of JSON.parse(readFileSync(`${cache}.json`, 'utf8')) as [string, boolean][]) {
    known.set(key, has ? floats.subarray(at, at + dimension) : undefined);
    if (has) at += dimension;
  }
  return known;
}

function save(cache: string, known: ReadonlyMap<string, Float32Array | undefined>): void {
  mkdirSync(dirname(cache), { recursive: true });
  const rows = [...known.values()].filter((vector) => vector !== undefined);
  writeFileSync(
    `${cache}.bin`,
    Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength))),
  );
  writeFileSync(`${cache}.json`, JSON.stringify([...known].map(([key, row]) => [key, row !== undefined])));
}
