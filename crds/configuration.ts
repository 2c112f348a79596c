import Type from 'typebox';
import { memories, tools } from './agents.ts';
import { duration, filePath, group, httpUrl, percent, quantity } from './fields.ts';
import { customModel, modelHub, verifier } from './models.ts';
import { partitionBy } from './partition.ts';

/** From here on answers by meaning are right often enough where nothing was learned. */
export const defaultThreshold = 0.9;

/**
 * What a user sets for one cache: the spec of a SemanticCache and the file of a sidecar have these fields in common.
 * From here follow the CRD, validation, the TypeScript type and docs/reference.md.
 */
export const cacheFields = {
  threshold: Type.Number({
    description: 'Cosine similarity from which an answer found by meaning (phase 4) counts as a hit.',
    default: defaultThreshold,
    exclusiveMinimum: 0,
    maximum: 1,
  }),
  allowLowerThreshold: Type.Boolean({
    description:
      'Lets the header `x-fourfold-threshold` go below `threshold`; otherwise it may only be stricter.',
    default: false,
  }),
  ttl: duration({
    description: 'How long an answer is kept.',
    default: '24h',
    from: '1s',
    to: '8760h',
  }),
  stale: group(
    'How long after its end an answer may still be served; it is kept for the longer of the two.',
    {
      ifError: duration({
        description: 'Serves it where the provider fails: out of reach, too slow, 429 or 5xx.',
        default: '0s',
        from: '0s',
        to: '8760h',
      }),
      whileRevalidate: duration({
        description: 'Serves it at once, and asks the provider again in the background.',
        default: '0s',
        from: '0s',
        to: '8760h',
      }),
    },
  ),
  replay: Type.Enum(['instant', 'original'], {
    description:
      '`instant` sends a stored answer at once; `original` in the rhythm in which the provider sent it, which is kept from then on.',
    default: 'instant',
  }),
  exclude: group('What keeps a question out of the cache: it is neither looked up nor stored.', {
    secrets: Type.Boolean({
      description: 'Keys and tokens in the known forms of their issuers, in a question or in its answer.',
      default: true,
    }),
    personalData: Type.Boolean({
      description: 'E-mail addresses, telephone numbers, numbers of cards and accounts.',
      default: true,
    }),
    timeSensitive: Type.Boolean({
      description: 'Words such as "today", "right now", "current price": the right answer changes.',
      default: false,
    }),
    words: Type.Array(Type.String({ minLength: 1, maxLength: 100, range: 'word or phrase' }), {
      description: 'Further words and phrases, in any case.',
      default: [],
      maxItems: 100,
      'x-kubernetes-list-type': 'set',
      range: 'list of words and phrases',
    }),
  }),
  limits: group(
    'What one sidecar takes on at most; 0 is without a limit. What is beyond is answered with 429.',
    {
      requestsPerMinute: Type.Integer({
        description: 'Requests of one credential within a minute.',
        default: 0,
        minimum: 0,
        maximum: 10_000_000,
      }),
      streams: Type.Integer({
        description: 'Event streams from the provider at the same time.',
        default: 0,
        minimum: 0,
        maximum: 1_000_000,
      }),
    },
  ),
  policy: group('An endpoint that is told of each new answer, and may have it removed.', {
    endpoint: httpUrl({ description: 'Where new answers are posted; without it nothing is.' }),
    sampleRate: Type.Number({
      description: 'Share of the new answers that is posted.',
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1,
    }),
    tokenFile: filePath({
      description: 'File that holds the bearer token of the endpoint; it is read at each call.',
      secret: true,
    }),
  }),
  auditSampleRate: percent({
    description:
      'Share of the hits that also ask the provider, in the background, to compare the two answers.',
    default: '0%',
    from: 0,
    to: 100,
  }),
  judge: group(
    'An endpoint that says whether two answers mean the same; without it they are compared here.',
    {
      endpoint: httpUrl({ description: 'Where the two answers are posted.' }),
      tokenFile: filePath({
        description: 'File that holds the bearer token of the endpoint; it is read at each call.',
        secret: true,
      }),
    },
  ),
  maxErrorRate: percent({
    description:
      'Share of the hits that may be wrong. What audits and reports teach then decides beside `threshold`, which may be lower; the stricter of the two wins.',
    from: 0.1,
    to: 50,
  }),
  errorConfidence: percent({
    description: 'How sure to be that `maxErrorRate` is kept.',
    default: '95%',
    from: 50,
    to: 99.9,
  }),
  model: Type.Enum(['all-MiniLM-L6-v2'], {
    description: 'Embedding model of phase 4.',
    default: 'all-MiniLM-L6-v2',
    restart: true,
  }),
  customModel,
  verifier,
  modelHub,
  mode: Type.Enum(['serve', 'shadow', 'off'], {
    description:
      '`serve` answers from the cache; `shadow` looks up, measures and always asks the provider; `off` only forwards.',
    default: 'serve',
  }),
  maxEntries: Type.Integer({
    description: 'Answers kept at most; beyond it the least recently used leave.',
    default: 100_000,
    minimum: 1,
    maximum: 100_000_000,
  }),
  maxEntryBytes: quantity({
    description: 'Larger answers are not stored.',
    default: '1Mi',
    from: '1',
    to: '64Mi',
  }),
  maxRequestBytes: quantity({
    description: 'Larger request bodies pass through uncached.',
    default: '10Mi',
    from: '1',
    to: '256Mi',
  }),
  cacheToolCalls: Type.Boolean({
    description: 'Stores answers that are tool calls, for byte-identical requests only.',
    default: true,
  }),
  phases: group('The four phases of the lookup.', {
    fingerprint: group('Phase 1: the same intent signature, in the process.', {
      enabled: Type.Boolean({ description: 'Asks phase 1.', default: true }),
      maxEntries: Type.Integer({
        description:
          'Answers that the phases in the process (1 and 2) keep at most; 64 MiB of them together.',
        default: 10_000,
        minimum: 1,
        maximum: 1_000_000,
        restart: true,
      }),
    }),
    nearMiss: group('Phase 2: nearly the same words, in the process.', {
      enabled: Type.Boolean({ description: 'Asks phase 2.', default: true }),
      overlap: Type.Number({
        description: 'Share of aligned words from which phase 2 hits.',
        default: 0.85,
        exclusiveMinimum: 0,
        maximum: 1,
      }),
    }),
    exact: group('Phase 3: the same request, in the store.', {
      enabled: Type.Boolean({ description: 'Asks phase 3.', default: true }),
    }),
    semantic: group('Phase 4: the same meaning, in the store.', {
      enabled: Type.Boolean({ description: 'Asks phase 4.', default: true }),
      deadline: duration({
        description: 'Phase 4 is skipped when the embedding takes longer.',
        default: '250ms',
        from: '1ms',
        to: '1m',
      }),
      candidates: Type.Integer({
        description: 'Nearest answers that are tried against the guards.',
        default: 5,
        minimum: 1,
        maximum: 100,
      }),
    }),
  }),
  partitionBy: partitionBy({
    description: 'Requests that differ in one of these never share an answer.',
    default: ['credential'],
  }),
  conversation: Type.Enum(['strict', 'lastTurn'], {
    description:
      '`strict`: earlier turns must be identical; `lastTurn`: only the system prompt and the last user turn count.',
    default: 'strict',
  }),
  tools,
  memories,
  upstreams: group('Where requests go that the cache does not answer.', {
    openai: httpUrl({
      description: 'Base URL for the OpenAI paths, with its `/v1`.',
      default: 'https://api.openai.com/v1',
    }),
    anthropic: httpUrl({
      description: 'Base URL for the Anthropic paths, without `/v1`.',
      default: 'https://api.anthropic.com',
    }),
    gemini: httpUrl({
      description: 'Base URL for the Gemini paths, without `/v1beta`.',
      default: 'https://generativelanguage.googleapis.com',
    }),
  }),
  timeouts: group('Deadlines of the call to the provider.', {
    connect: duration({ description: 'Until the connection stands.', default: '10s', from: '1ms', to: '1h' }),
    firstByte: duration({ description: 'Until the answer begins.', default: '10m', from: '1ms', to: '24h' }),
    idle: duration({
      description: 'Between two pieces of the answer.',
      default: '5m',
      from: '1ms',
      to: '24h',
    }),
  }),
};
