/**
 * Every "no" of the cache is one word. The same word stands in the header `x-fourfold-reason`, in the log line, in the
 * metric's label and in docs/reference.md (generated from here).
 */

/** Why a request went to the provider without asking the cache. */
export const bypassReasons = {
  off: 'The cache is switched off (`mode: off`).',
  'no-cache':
    'The request says `Cache-Control: no-cache`: a fresh answer is wanted, and it refreshes the entry.',
  'not-json': 'The body cannot be read as JSON; the provider judges it.',
  'too-large': 'The request body is larger than the cache reads.',
  'too-complex': 'The request body holds more values than the cache reads at once.',
  'unknown-input': 'The input of embeddings is in no form that the cache knows; the provider judges it.',
  secret: 'The question holds a key or a token.',
  'personal-data':
    'The question holds an e-mail address, a telephone number, or the number of a card or an account.',
  'time-sensitive': 'The question is about today, or about what changes by the hour.',
  'excluded-word': 'The question holds a word or phrase of `exclude.words`.',
  'too-many-requests':
    'The client has asked more often than `limits.requestsPerMinute`; it is answered with 429.',
  'too-many-streams': 'More than `limits.streams` event streams are open; the request is answered with 429.',
  encoded: 'The request body carries a content encoding that the cache does not read.',
  stateful: 'The request goes on from something that the provider keeps, which is another thing each time.',
  background: 'The request starts a job that goes on after its answer.',
  live: 'The provider itself searches, fetches or runs something for the answer, which is true at that moment only.',
  shadow: 'The cache only measures (`mode: shadow`); it would have answered.',
} as const;

/** Why a request was looked up by its exact bytes only, and never loosely. */
export const exactOnlyReasons = {
  tools: 'The request offers tools or carries tool calls or results.',
  multimodal: 'The conversation holds images, audio or files.',
  structured:
    'The request asks for a structured answer or for several, or its text is a payload or is continued.',
  'no-user-text': 'The conversation does not end with a text of the user.',
} as const;

/** Why an answer was not stored. */
export const unstoredReasons = {
  'no-store': 'The request says `Cache-Control: no-store`.',
  'secret-answer': 'The answer holds a key or a token.',
  policy: 'The policy endpoint has refused this answer before.',
  status: 'The provider did not answer 200.',
  length: 'The answer was cut at the token limit.',
  'content-filter': 'The provider filtered the answer.',
  'tool-calls': 'The answer is a tool call, and `cacheToolCalls` is off.',
  empty: 'The answer holds no text.',
  refusal: 'The model refused.',
  'failed-answer': 'The provider says, in an answer of status 200, that it failed.',
  incomplete: 'The answer ended before its terminal event.',
  malformed: 'The answer is not in the format of its API.',
  'too-large-answer': 'The answer is larger than `maxEntryBytes`.',
  'unsupported-answer': 'The answer holds parts that cannot be replayed, for example audio.',
} as const;

/** Why the result of a tool or of a search in a memory was not kept. */
export const unkeptReasons = {
  'not-read-only': 'The policy of the tool says that it changes something.',
  failed: 'The call failed, and `storeFailures` is off.',
  'too-large-result': 'The result is larger than `maxEntryBytes`.',
  removed: 'It was removed, or rests on something that was written, while it was computed.',
  'store-error': 'The store did not take it.',
} as const;

/** Why the best candidate of a loose phase was refused. One word for each guard, and these. */
export const refusalReasons = {
  threshold: 'The best candidate lies below the threshold.',
  feedback: 'The best candidate was reported wrong for this question.',
  'feedback-unknown': 'What was reported wrong has not been read from the shared store yet.',
  'error-rate':
    'As far as was learned, answers like this one are wrong more often than `maxErrorRate` allows; the provider is asked.',
  verifier: 'The second model (`verifier`) says that the best match means something else.',
  unverified: 'The second model (`verifier`) gave no verdict on the best match in time.',
  'policy-refused': 'The policy endpoint has refused the entry, and its removal is not done yet.',
  age: "The entry is older than the request's `max-age`, or ends before its `min-fresh`.",
} as const;

/** Why an answer past its end was served. */
export const staleReasons = {
  'stale-if-error': 'The provider failed, and the answer ended no longer ago than `stale.ifError`.',
  'stale-while-revalidate':
    'The answer ended no longer ago than `stale.whileRevalidate`; it is refreshed in the background.',
  'max-stale': 'The request says `Cache-Control: max-stale`.',
} as const;

/** Why a phase could not look. */
export const skipReasons = {
  'model-unavailable': 'No embedding model is loaded.',
  'store-unavailable': 'The shared store is away, or did not answer in time.',
  'search-unavailable': 'The shared store has no vector index that could be asked.',
  'embedder-busy': 'The embedding queue is full.',
  'embedder-deadline': 'The embedding did not end in time.',
  'embedder-error': 'The model failed on this text.',
  window: 'The text is longer than the embedding window, and truncated texts collide.',
  'unknown-words':
    'The text holds words that the model does not know; it takes all of them for one, so texts that differ there collide.',
} as const;

export type BypassReason = keyof typeof bypassReasons;
export type ExactOnlyReason = keyof typeof exactOnlyReasons;
export type UnstoredReason = keyof typeof unstoredReasons;
export type UnkeptReason = keyof typeof unkeptReasons;
export type RefusalReason = keyof typeof refusalReasons;
export type StaleReason = keyof typeof staleReasons;
export type SkipReason = keyof typeof skipReasons;
