import type { Index } from 'usearch';

/** Approximate nearest neighbours among many vectors, by number. The only file that knows the native library. */
export interface Graph {
  add(key: number, vector: Float32Array): void;
  /** Keys, nearest first as far as eight bits per component can tell: the caller ranks them again by its own vectors. */
  search(vector: Float32Array, count: number): number[];
  /**
   * Only for a graph that will not grow any more. The library gives the place of a removed vector to the next one added, and
   * such replacements tear holes into the graph: with 30,000 of 100,000 replaced, one of six stored vectors was not found.
   */
  remove(key: number): void;
}

export type GraphFactory = (dimension: number) => Graph;

/** Loaded when first needed: most caches never hold enough in one scope, and the library is native. */
export async function loadGraphs(): Promise<GraphFactory> {
  const { Index, MetricKind, ScalarKind } = await import('usearch');
  return (dimension) =>
    wrap(
      new Index({
        dimensions: dimension,
        metric: MetricKind.IP,
        quantization: ScalarKind.I8,
        connectivity: 0,
        expansion_add: 0,
        expansion_search: 0,
        multi: false,
      }),
    );
}

function wrap(index: Index): Graph {
  return {
    add: (key, vector) => index.add(BigInt(key), vector, ONE_THREAD),
    search: (vector, count) => Array.from(index.search(vector, count, ONE_THREAD).keys, Number),
    remove: (key) => {
      index.remove(BigInt(key));
    },
  };
}

/** More would be started and joined within every call. */
const ONE_THREAD = 1;
