/** The known name that somebody most likely meant, or undefined when none is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > 64) return undefined;
  const begun = known.find((each) => plain(name).length >= 4 && plain(each).startsWith(plain(name)));
  if (begun !== undefined) return begun;
  const ranked = known
    .map((each) => ({ each, edits: edits(plain(name), plain(each)) }))
    .sort((a, b) => a.edits - b.edits)[0];
  return ranked !== undefined && ranked.edits <= Math.max(1, plain(ranked.each).length / 3)
    ? ranked.each
    : undefined;
}

/** `max_entries` and `MaxEntries` are the same wish. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Insertions, deletions and substitutions between two names (Levenshtein). */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
