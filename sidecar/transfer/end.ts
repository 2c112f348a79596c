import type { Row } from '../tables/table.ts';
import type { Imported } from './importer.ts';

/** A cache to take rows out of, or to put them into: a running sidecar, or a store without one. */
export interface End {
  rows(): AsyncIterable<Row>;
  /** `line` of what is refused: the place in this list, from 1. */
  take(rows: readonly Row[]): Promise<Imported>;
  close(): Promise<void>;
}
