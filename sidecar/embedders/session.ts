import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface Session {
  /** The hidden state of every word piece, one row after the other. */
  run(ids: readonly number[]): Promise<{ readonly rows: Float32Array; readonly dimension: number }>;
}

/**
 * One thread for each session, and one text for each run: the int8 graph quantises activations over the whole tensor, so a
 * batch moves every vector of it. Memory: see docs/decisions/0005-embedding-in-workers.md.
 */
export async function openSession(modelPath: string): Promise<Session> {
  const session = await InferenceSession.create(modelPath, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Patterns are remembered for each length of text: 10 MB after a while, and no faster.
    enableMemPattern: false,
  });
  return {
    async run(ids) {
      const shape = [1, ids.length];
      const int64 = (values: BigInt64Array) => new Tensor('int64', values, shape);
      const { last_hidden_state: hidden } = await session.run({
        input_ids: int64(BigInt64Array.from(ids, BigInt)),
        attention_mask: int64(new BigInt64Array(ids.length).fill(1n)),
        token_type_ids: int64(new BigInt64Array(ids.length)),
      });
      if (hidden === undefined) throw new Error('the model has no output last_hidden_state');
      return { rows: hidden.data as Float32Array, dimension: hidden.dims[2] ?? 0 };
    },
  };
}
