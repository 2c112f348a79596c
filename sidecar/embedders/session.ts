import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openModelFile, type WordRows } from './model-file.ts';

export interface Session {
  /**
   * Hands `read` the hidden state of every word piece, one row after the other; or one row, where the model gives one for the
   * whole text. The rows are gone when it returns. `types`: which of two texts each piece belongs to.
   */
  run<Read>({ ids, types }: Pieces, read: (rows: Float32Array, dimension: number) => Read): Promise<Read>;
}

export interface Pieces {
  readonly ids: readonly number[];
  readonly types?: readonly number[] | undefined;
}

/**
 * One thread for each session, and one text for each run: the int8 graph quantises activations over the whole tensor, so a
 * batch moves every vector of it. Memory: see docs/decisions/0005-embedding-in-workers.md.
 */
export async function openSession(modelPath: string): Promise<Session> {
  const { model, words } = openModelFile(modelPath);
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Patterns are remembered for each length of text: 10 MB after a while, and no faster.
    enableMemPattern: false,
  };
  // It takes either, each by a signature of its own.
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  const wanted = outputs.find((name) => session.outputNames.includes(name)) ?? session.outputNames[0] ?? '';
  return {
    async run({ ids, types }, read) {
      const shape = [1, ids.length];
      const int64 = (values: BigInt64Array) => new Tensor('int64', values, shape);
      const known: Record<string, () => Tensor> = {
        input_ids: () => int64(BigInt64Array.from(ids, (id, at) => BigInt(words === undefined ? id : at))),
        attention_mask: () => int64(new BigInt64Array(ids.length).fill(1n)),
        token_type_ids: () =>
          int64(types === undefined ? new BigInt64Array(ids.length) : BigInt64Array.from(types, BigInt)),
        ...(words && { [words.table.name]: () => rowsOf(words, ids) }),
        position_ids: () => int64(BigInt64Array.from(ids, (_, at) => BigInt(at))),
      };
      const feeds = session.inputNames.map((name) => {
        const make = known[name];
        if (make === undefined) throw new Error(`the model asks for an input ${name}, which is not known`);
        return [name, make()] as const;
      });
      const output = (await session.run(Object.fromEntries(feeds), [wanted]))[wanted];
      if (output === undefined) throw new Error(`the model has no output ${wanted}`);
      const rows = output.data as Float32Array<ArrayBuffer>;
      try {
        return read(rows, output.dims.at(-1) ?? 0);
      } finally {
        // Left to the garbage collection, which sees of each only a small object, tens of megabytes would wait for it.
        rows.buffer.transfer(0);
      }
    },
  };
}

function rowsOf(words: WordRows, ids: readonly number[]): Tensor {
  const { type, columns } = words.table;
  return new Tensor(type, words.of(ids), [ids.length, columns]);
}

/** As exporters name them; a model with one output has that. */
const outputs = ['last_hidden_state', 'token_embeddings', 'sentence_embedding', 'logits'];
