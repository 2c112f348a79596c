import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome, Plan } from './plan.ts';

export { type Ask, median, type Outcome, type Plan, type Spread, spread } from './plan.ts';

export interface Load {
  run(plan: Plan): Promise<Outcome>;
  close(): Promise<void>;
}

/** Load comes from a process of its own, so that what it costs is not in the figures of anything else. */
export function startLoad(): Load {
  const child = fork(new URL('./worker.ts', import.meta.url));
  return {
    async run(plan) {
      child.send(plan);
      const [{ outcome, error }] = await once(child, 'message');
      if (error !== undefined) throw new Error(error);
      return outcome;
    },
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
