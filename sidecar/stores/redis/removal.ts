import { setImmediate as turn } from 'node:timers/promises';
import type { Selector } from '../store.ts';
import { inBatches } from './batches.ts';
import type { Census } from './census.ts';
import type { Command, Reply } from './client.ts';
import type { Keys } from './keys.ts';
import { field, isMatching, matching, readFound, selectableFields } from './query.ts';
import type { SearchIndex } from './search-index.ts';

export interface RemovalParts {
  readonly keys: Keys;
  readonly index: SearchIndex;
  readonly census: Census;
  readonly ask: (command: Command) => Promise<Reply>;
  /** Redis' clock, milliseconds since the epoch. */
  readonly now: () => number;
  readonly deadlineMs: number;
}

/** Id and until when it is kept. */
type Match = readonly [id: string, keptUntil: number];

/**
 * Removes what matches and answers how many that were; with `dryRun` only counts. The index tells what matches, where it
 * has everything; where it is being built, is missing, or could not take some documents, every entry is looked at.
 */
export async function remove(
  parts: RemovalParts,
  selector: Selector,
  { dryRun }: { dryRun: boolean },
): Promise<number> {
  const seen = new Set<string>();
  let count = 0;
  for await (const page of matches(parts, selector, dryRun, seen)) {
    const news = page.filter(([id]) => !seen.has(id));
    for (const [id] of news) seen.add(id);
    const now = parts.now();
    const live = news.filter(([, keptUntil]) => keptUntil > now);
    if (dryRun) {
      count += live.length;
      continue;
    }
    await inBatches(news, ([id]) => parts.ask(['UNLINK', parts.keys.entry(id)]));
    count += await parts.census.leave('invalidations', live);
    await parts.census.leave(
      'expirations',
      news.filter(([, keptUntil]) => keptUntil <= now),
    );
  }
  return count;
}

function matches(
  parts: RemovalParts,
  selector: Selector,
  dryRun: boolean,
  seen: ReadonlySet<string>,
): AsyncIterable<Match[]> {
  if (selector.id !== undefined) return one(parts, selector.id, selector);
  return bySearch(parts, selector, dryRun, seen);
}

async function* one(parts: RemovalParts, id: string, selector: Selector): AsyncGenerator<Match[]> {
  yield await looked(parts, [id], selector);
}

async function* bySearch(
  parts: RemovalParts,
  selector: Selector,
  dryRun: boolean,
  seen: ReadonlySet<string>,
): AsyncGenerator<Match[]> {
  const whole = await isWhole(parts.index);
  if (!whole) {
    yield* byLooking(parts, selector);
    return;
  }
  for (let from = 0; ; ) {
    const { found, expired } = readFound(
      await parts.index.search(
        matching(parts.index.shape, selector, { from, count: PAGE, timeoutMs: parts.deadlineMs + 100 }),
        parts.deadlineMs,
      ),
    );
    const page = [
      ...found.map(
        ({ key, fields }): Match => [parts.keys.idOf(key), Number(fields.get(field.keptUntil) ?? 0)],
      ),
      ...expired.map((key): Match => [parts.keys.idOf(key), 0]),
    ];
    // What was removed is no longer found, so the next page begins where this one did, unless it has brought nothing new.
    if (dryRun || page.every(([id]) => seen.has(id))) from += PAGE;
    yield page;
    if (page.length < PAGE) return;
  }
}

async function isWhole(index: SearchIndex): Promise<boolean> {
  if (index.condition !== 'ready' || !(await index.look())) return false;
  return !index.state.building && index.state.failures === 0;
}

async function* byLooking(parts: RemovalParts, selector: Selector): AsyncGenerator<Match[]> {
  for await (const page of parts.census.all()) {
    yield await looked(parts, page, selector);
    await turn();
  }
}

async function looked(parts: RemovalParts, ids: readonly string[], selector: Selector): Promise<Match[]> {
  const read = await Promise.all(
    ids.map(async (id): Promise<Match[]> => {
      const reply = await parts.ask(['HMGET', parts.keys.entry(id), ...selectableFields]);
      const values = (reply as (Buffer | null)[]).map((value) => value?.toString());
      const [keptUntil] = values;
      return keptUntil !== undefined && isMatching(selector, values) ? [[id, Number(keptUntil)]] : [];
    }),
  );
  return read.flat();
}

const PAGE = 200;
