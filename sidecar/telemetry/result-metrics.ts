import { Counter, Gauge, type Registry } from 'prom-client';
import type { ResultKind } from '../agents/results.ts';
import type { ResultCounts } from '../agents/tally.ts';
import type { KindCounts } from '../stores/store.ts';

export interface ResultReadings {
  readonly results: Readonly<Record<ResultKind, ResultCounts>>;
  /** Of the store. */
  readonly kinds: Readonly<Record<ResultKind, KindCounts>>;
}

/** What agents keep: results of tools, and of searches in memories. */
export function resultMetrics(registers: Registry[], read: () => ResultReadings): void {
  const counter = (
    name: string,
    help: string,
    value: (kind: ResultKind, readings: ResultReadings) => number | Readonly<Record<string, number>>,
  ) =>
    new Counter({
      name: `fourfold_result_${name}_total`,
      help,
      labelNames: ['kind', 'outcome'],
      registers,
      collect() {
        this.reset();
        for (const kind of resultKinds) {
          const counted = value(kind, read());
          if (typeof counted === 'number') this.inc({ kind }, counted);
          else for (const [outcome, count] of Object.entries(counted)) this.inc({ kind, outcome }, count);
        }
      },
    });

  counter('lookups', 'Lookups of results of tools and searches, by what became of them.', (kind, now) => {
    const { exactHits, semanticHits, misses, collapsed } = now.results[kind];
    return { exact: exactHits, semantic: semanticHits, miss: misses, collapsed };
  });
  counter('stored', 'Results stored.', (kind, { results }) => results[kind].stored);
  counter(
    'errors',
    'Failures of the cache with results; each is a miss, or a result that is not stored.',
    (kind, { results }) => results[kind].errors,
  );
  counter(
    'evictions',
    'Results that left because the cache was full.',
    (kind, { kinds }) => kinds[kind].evictions,
  );
  counter(
    'expirations',
    'Results that left at the end of their life.',
    (kind, { kinds }) => kinds[kind].expirations,
  );
  counter('invalidations', 'Results removed on request.', (kind, { kinds }) => kinds[kind].invalidations);
  new Gauge({
    name: 'fourfold_result_entries',
    help: 'Results in the store.',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const kind of resultKinds) this.set({ kind }, read().kinds[kind].entries);
    },
  });
}

const resultKinds: readonly ResultKind[] = ['tools', 'memories'];
