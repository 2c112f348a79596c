/** Asks again until it holds. @throws with what was waited for, and what `explain` adds to it. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  {
    withinMs = 60_000,
    everyMs = 50,
    explain = () => '',
  }: { withinMs?: number; everyMs?: number; explain?: () => string } = {},
): Promise<void> {
  for (const end = Date.now() + withinMs; ; ) {
    if (await holds().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs / 1000} s ${explain()}`.trim());
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
