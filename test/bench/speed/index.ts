import { startLoad } from '../load/index.ts';
import type { Findings } from '../results.ts';
import { startServer } from '../servers.ts';
import type { Bench, Scenario } from './bench.ts';
import { coalescing } from './coalescing.ts';
import { hits } from './hits.ts';
import { memory } from './memory.ts';
import { misses } from './misses.ts';
import { nearMiss } from './near-miss.ts';
import { semanticHits } from './semantic-hits.ts';
import { streamedHits } from './streamed-hits.ts';

/** In the order of the page. */
const scenarios: Readonly<Record<string, Scenario>> = {
  hits,
  'streamed-hits': streamedHits,
  misses,
  'semantic-hits': semanticHits,
  'near-miss': nearMiss,
  coalescing,
  memory,
};

/** One scenario after another, so that none disturbs another; `only` names those that are wanted. */
export async function measureSpeed(only: readonly string[] = Object.keys(scenarios)): Promise<Findings> {
  const bench: Bench = { load: startLoad(), provider: await startServer('provider') };
  const found: Findings[] = [];
  try {
    for (const name of only) {
      const scenario = scenarios[name];
      if (scenario === undefined) {
        throw new Error(`no scenario ${name}; there are ${Object.keys(scenarios).join(', ')}`);
      }
      console.log(`measuring ${name}`);
      found.push(await scenario(bench));
    }
  } finally {
    await Promise.all([bench.load.close(), bench.provider.close()]);
  }
  return { figures: found.flatMap(({ figures }) => figures), tables: found.flatMap(({ tables }) => tables) };
}
