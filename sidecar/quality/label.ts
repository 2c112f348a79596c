/** On what an answer's being right depends where it was not given to the very question: which likeness, and how much of it. */
export interface Match {
  readonly kind: MatchKind;
  /** Cosine of the texts, or overlap of their words. */
  readonly similarity: number;
}

export type MatchKind = 'semantic' | 'near-miss';

/** What was found out about one answer. Hashes and numbers only. */
export interface Label extends Match {
  /** The first 16 characters of the scope, a hash. */
  readonly scope: string;
  readonly entry: string;
  readonly right: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** By a user, whom other scopes need not believe. */
  readonly reported?: true;
}

/** One line without a line break, as stores keep it. */
export function encodeLabel({ scope, entry, kind, similarity, right, at, reported }: Label): string {
  const line = [kind, scope, entry, similarity.toFixed(4), right ? 1 : 0, at];
  return [...line, ...(reported ? ['reported'] : [])].join(' ');
}

/** Undefined for whatever is no label: stores may hold what others wrote. */
export function decodeLabel(line: string): Label | undefined {
  const [, kind, scope, entry, similarity, right, at, reported] = written.exec(line) ?? [];
  if (kind === undefined || scope === undefined || entry === undefined || Number(similarity) > 1)
    return undefined;
  return {
    kind: kind as MatchKind,
    scope,
    entry,
    similarity: Number(similarity),
    right: right === '1',
    at: Number(at),
    ...(reported === undefined ? {} : { reported: true }),
  };
}

const written =
  /^(semantic|near-miss) ([0-9a-f]{16}) ([\w-]{1,64}) (-?\d\.\d{4}) ([01]) (\d{1,15})( reported)?$/;

export const scopeOf = (scope: string): string => scope.slice(0, 16);
