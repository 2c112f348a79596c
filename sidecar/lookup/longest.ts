/**
 * How long the names may be by which entries are kept and removed, in characters. One limit for every way in and out: what
 * one call keeps, another one must be able to remove, and an import to take.
 */
export const longest = { tag: 256, source: 1_024, tool: 1_024, model: 4_096 };
