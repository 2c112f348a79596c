export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
  /** Throws when there is nothing left to wait for. */
  readonly giveUp?: () => Promise<void> | void;
  /** Added to the message when time is up. */
  readonly explain?: () => string;
}

/** Asks again until it holds; an error means that it does not yet. @throws with what was waited for. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  { withinMs = 60_000, everyMs = 50, giveUp, explain = () => '' }: Patience = {},
): Promise<void> {
  for (const end = Date.now() + withinMs; ; ) {
    if (await holds().catch(() => false)) return;
    await giveUp?.();
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs / 1000} s ${explain()}`.trim());
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
