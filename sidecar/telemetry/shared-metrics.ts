import { Counter, Gauge, type Registry } from 'prom-client';
import type { SharedStats } from '../stores/store.ts';

/** How the shared store is. Without one there are no samples: a store that is not meant to be is not down. */
export function sharedMetrics(registers: Registry[], read: () => SharedStats | undefined): void {
  const gauge = (name: string, help: string, value: (stats: SharedStats) => number) =>
    new Gauge({
      name: `fourfold_redis_${name}`,
      help,
      // A gauge without labels is 0 even when nobody sets it.
      labelNames: ['store'],
      registers,
      collect() {
        this.reset();
        const stats = read();
        if (stats !== undefined) this.set({ store: 'redis' }, value(stats));
      },
    });
  const counter = (
    name: string,
    help: string,
    rows: (stats: SharedStats) => Iterable<readonly [kind: string, value: number]>,
  ) =>
    new Counter({
      name: `fourfold_redis_${name}_total`,
      help,
      labelNames: ['kind'],
      registers,
      collect() {
        this.reset();
        const stats = read();
        if (stats !== undefined) for (const [kind, value] of rows(stats)) this.inc({ kind }, value);
      },
    });

  gauge('up', '1 while the shared store is asked.', ({ up }) => Number(up));
  gauge('informed', '1 while the phases in the process know what was removed.', ({ feed }) =>
    Number(feed.current),
  );
  gauge('search_ready', '1 while phase 4 has an index to ask.', ({ search }) =>
    Number(search.condition === 'ready'),
  );
  gauge('indexed_documents', 'Entries that the vector index holds.', ({ search }) => search.documents);
  gauge(
    'hash_indexing_failures',
    'Values that the vector index could not take; no search finds them.',
    ({ search }) => search.failures,
  );
  counter('errors', 'Commands that failed, by kind.', ({ errors }) => Object.entries(errors));
  counter('refused', 'Answers that the shared store did not take, by kind of failure.', ({ refused }) =>
    Object.entries(refused),
  );
  counter('events', 'What happened with the shared store, by kind.', ({ opened, corrupt, search, feed }) => [
    ['breaker-opened', opened],
    ['corrupt-value-removed', corrupt],
    ['index-made', search.created],
    ['feed-began', feed.began],
    ['entry-received', feed.received],
    ['entry-skipped', feed.skipped],
  ]);
}
