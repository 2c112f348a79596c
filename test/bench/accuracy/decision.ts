/** What the cache decided, in the words of the scorer that comes with the sets. */
export interface Decision {
  readonly hit: boolean;
  readonly phase: string;
  readonly score: number | undefined;
}

export interface PairDecision extends Decision {
  readonly id: string;
}

export interface StreamDecision extends Decision {
  readonly i: number;
  /** Of a hit: the `i` of the request whose answer was served. */
  readonly match: number | undefined;
}
