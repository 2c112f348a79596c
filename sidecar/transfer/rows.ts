import type { Store } from '../stores/store.ts';
import type { Row } from '../tables/table.ts';
import { rowOf, rowOfBlock } from './row.ts';

/** All that a store keeps. Blocks first: whoever stops in the middle has no answer that was reported wrong. */
export async function* rowsOf(
  store: Pick<Store, 'entries' | 'blocks'>,
  embeddingModel: string,
): AsyncGenerator<Row> {
  for (const pair of await store.blocks()) yield rowOfBlock(pair);
  for await (const entry of store.entries()) yield rowOf(entry, embeddingModel);
}
