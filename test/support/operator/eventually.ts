import { machineLoad } from '../machine-load.ts';

/** Waits until something holds. @throws Error with what was last seen, after `withinMs`, and more on a busy machine */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 10_000,
): Promise<T> {
  let last: unknown;
  for (const end = performance.now() + withinMs * machineLoad(); ; ) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
