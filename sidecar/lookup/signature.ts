/** The intent signature of a text: what remains when courtesy, case, punctuation and fillers are gone. Order is kept. */
export interface Signature {
  readonly tokens: readonly string[];
  /** Equal keys mean equal signatures. */
  readonly key: string;
}

/** Undefined where a text has no signature: nothing left, or more than `maxTokens` tokens. */
export function signature(text: string): Signature | undefined {
  const tokens = text.toLowerCase().split(/\s+/).filter(Boolean);
  return tokens.length === 0 ? undefined : { tokens, key: tokens.join(' ') };
}
