/**
 * What can go wrong with a command, in one word for metrics and logs. `away` kinds mean that Redis as a whole does not
 * answer, and open the breaker; the others are an answer, of a Redis that is there.
 */
export type FailureKind = keyof typeof kinds;

const kinds = {
  timeout: { away: true },
  connection: { away: true },
  loading: { away: true },
  auth: { away: true },
  cluster: { away: true },
  readonly: { away: false },
  memory: { away: false },
  disk: { away: false },
  replicas: { away: false },
  'no-index': { away: false },
  'no-search': { away: false },
  'wrong-type': { away: false },
  other: { away: false },
} as const;

export const failureKinds = Object.keys(kinds) as FailureKind[];

/**
 * An error of the client library carries the command with its arguments: passwords, texts, vectors. Only the kind and the
 * server's sentence go on from here.
 */
export class RedisFailure extends Error {
  override readonly name = 'RedisFailure';
  readonly kind: FailureKind;
  /** Of an answer that says so, over HTTP. */
  readonly statusCode = 503;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }

  get away(): boolean {
    return kinds[this.kind].away;
  }

  /** As in `unavailability`: what is told by metrics and by one line at each change, and not once for each request. */
  get unavailable(): 'store-unavailable' | undefined {
    return this.kind === 'other' || this.kind === 'wrong-type' ? undefined : 'store-unavailable';
  }
}

export function failureOf(error: unknown): RedisFailure {
  if (error instanceof RedisFailure) return error;
  const { message = String(error), code = '' } = (error ?? {}) as { message?: string; code?: string };
  // An unknown command is answered with its arguments.
  const sentence = message.replace(/,? with args beginning with[\s\S]*/, '').slice(0, 200);
  return new RedisFailure(kindOf(message, code), sentence);
}

function kindOf(message: string, code: string): FailureKind {
  for (const [pattern, kind] of patterns) if (pattern.test(message)) return kind;
  // Errors of sockets, names and certificates.
  return /^(E[A-Z]+|ERR_\w+|\w*CERT\w*|\w*SIGNATURE\w*)$/.test(code) ? 'connection' : 'other';
}

const patterns: readonly (readonly [RegExp, FailureKind])[] = [
  [/timed? ?out/i, 'timeout'],
  [/^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH\b)/, 'auth'],
  [/^(LOADING|MASTERDOWN|BUSY)\b/, 'loading'],
  [/^READONLY\b/, 'readonly'],
  [/^OOM\b|command not allowed when used memory/, 'memory'],
  [/^MISCONF\b/, 'disk'],
  [/^NOREPLICAS\b/, 'replicas'],
  [/WRONGTYPE\b/, 'wrong-type'],
  [/^CLUSTERDOWN|^TRYAGAIN|Too many Cluster redirections|startup nodes|slots cache/i, 'cluster'],
  [/no such index|unknown index/i, 'no-index'],
  [/unknown command .?_?FT\./i, 'no-search'],
  [
    /Connection is closed|isn't writeable|max number of clients|sentinels are unreachable|Cluster is ended|aborted/i,
    'connection',
  ],
];
