import { oneLine } from './found.ts';
import { nearest } from './nearest.ts';
import { fields, type Node, type Path } from './node.ts';
import type { Source } from './parse.ts';

/** Field path → environment variable. Fields that are not here are set by file only. */
export const environment: Readonly<Record<string, string>> = {
  threshold: 'FOURFOLD_THRESHOLD',
  allowLowerThreshold: 'FOURFOLD_ALLOW_LOWER_THRESHOLD',
  ttl: 'FOURFOLD_TTL',
  'stale.ifError': 'FOURFOLD_STALE_IF_ERROR',
  'stale.whileRevalidate': 'FOURFOLD_STALE_WHILE_REVALIDATE',
  replay: 'FOURFOLD_REPLAY',
  'exclude.secrets': 'FOURFOLD_EXCLUDE_SECRETS',
  'exclude.personalData': 'FOURFOLD_EXCLUDE_PERSONAL_DATA',
  'exclude.timeSensitive': 'FOURFOLD_EXCLUDE_TIME_SENSITIVE',
  'exclude.words': 'FOURFOLD_EXCLUDE_WORDS',
  'limits.requestsPerMinute': 'FOURFOLD_REQUESTS_PER_MINUTE',
  'limits.streams': 'FOURFOLD_STREAMS',
  'policy.endpoint': 'FOURFOLD_POLICY_ENDPOINT',
  'policy.sampleRate': 'FOURFOLD_POLICY_SAMPLE_RATE',
  'policy.tokenFile': 'FOURFOLD_POLICY_TOKEN_FILE',
  auditSampleRate: 'FOURFOLD_AUDIT_SAMPLE_RATE',
  'judge.endpoint': 'FOURFOLD_JUDGE_ENDPOINT',
  'judge.tokenFile': 'FOURFOLD_JUDGE_TOKEN_FILE',
  maxErrorRate: 'FOURFOLD_MAX_ERROR_RATE',
  errorConfidence: 'FOURFOLD_ERROR_CONFIDENCE',
  model: 'FOURFOLD_MODEL',
  'customModel.folder': 'FOURFOLD_CUSTOM_MODEL',
  'verifier.folder': 'FOURFOLD_VERIFIER',
  modelHub: 'FOURFOLD_MODEL_HUB',
  mode: 'FOURFOLD_MODE',
  maxEntries: 'FOURFOLD_MAX_ENTRIES',
  maxEntryBytes: 'FOURFOLD_MAX_ENTRY_BYTES',
  maxRequestBytes: 'FOURFOLD_MAX_REQUEST_BYTES',
  cacheToolCalls: 'FOURFOLD_CACHE_TOOL_CALLS',
  'phases.nearMiss.overlap': 'FOURFOLD_OVERLAP',
  partitionBy: 'FOURFOLD_PARTITION_BY',
  conversation: 'FOURFOLD_CONVERSATION',
  'upstreams.openai': 'FOURFOLD_OPENAI_UPSTREAM',
  'upstreams.anthropic': 'FOURFOLD_ANTHROPIC_UPSTREAM',
  'upstreams.gemini': 'FOURFOLD_GEMINI_UPSTREAM',
  'timeouts.connect': 'FOURFOLD_CONNECT_TIMEOUT',
  'timeouts.firstByte': 'FOURFOLD_FIRST_BYTE_TIMEOUT',
  'timeouts.idle': 'FOURFOLD_IDLE_TIMEOUT',
  store: 'FOURFOLD_STORE',
  'redis.prefix': 'FOURFOLD_REDIS_PREFIX',
  'redis.usernameFile': 'FOURFOLD_REDIS_USERNAME_FILE',
  'redis.passwordFile': 'FOURFOLD_REDIS_PASSWORD_FILE',
  'redis.sentinelUsernameFile': 'FOURFOLD_REDIS_SENTINEL_USERNAME_FILE',
  'redis.sentinelPasswordFile': 'FOURFOLD_REDIS_SENTINEL_PASSWORD_FILE',
  'redis.tls.caFile': 'FOURFOLD_REDIS_CA_FILE',
  'redis.tls.certFile': 'FOURFOLD_REDIS_CERT_FILE',
  'redis.tls.keyFile': 'FOURFOLD_REDIS_KEY_FILE',
  'redis.tls.serverName': 'FOURFOLD_REDIS_SERVER_NAME',
  'redis.deadline': 'FOURFOLD_REDIS_DEADLINE',
  'redis.writeDeadline': 'FOURFOLD_REDIS_WRITE_DEADLINE',
  'redis.eviction': 'FOURFOLD_REDIS_EVICTION',
  'redis.ttlJitter': 'FOURFOLD_REDIS_TTL_JITTER',
  'redis.staleness': 'FOURFOLD_REDIS_STALENESS',
  'redis.warmEntries': 'FOURFOLD_REDIS_WARM_ENTRIES',
  'redis.index.type': 'FOURFOLD_REDIS_INDEX_TYPE',
  'redis.index.m': 'FOURFOLD_REDIS_INDEX_M',
  'redis.index.efConstruction': 'FOURFOLD_REDIS_INDEX_EF_CONSTRUCTION',
  'redis.index.efRuntime': 'FOURFOLD_REDIS_INDEX_EF_RUNTIME',
  'decisionLog.folder': 'FOURFOLD_DECISION_LOG_FOLDER',
  'decisionLog.maxBytes': 'FOURFOLD_DECISION_LOG_MAX_BYTES',
  'decisionLog.rotate': 'FOURFOLD_DECISION_LOG_ROTATE',
  'decisionLog.maxFiles': 'FOURFOLD_DECISION_LOG_MAX_FILES',
  'decisionLog.logPrompts': 'FOURFOLD_LOG_PROMPTS',
  host: 'FOURFOLD_HOST',
  port: 'FOURFOLD_PORT',
  adminHost: 'FOURFOLD_ADMIN_HOST',
  adminPort: 'FOURFOLD_ADMIN_PORT',
  adminTokenFile: 'FOURFOLD_ADMIN_TOKEN_FILE',
  logLevel: 'FOURFOLD_LOG_LEVEL',
  drain: 'FOURFOLD_DRAIN',
};

/** Variables of that prefix that are no field: the configuration file itself, and what the tooling reads. */
export const otherVariables: Readonly<Record<string, string>> = {
  FOURFOLD_CONFIG: 'The configuration file, YAML or JSON.',
  FOURFOLD_CONFIG_OPTIONAL:
    '`true`, in a pod: the configuration file, and that of the admin token, may be missing at the start and come later; a file that cannot be used does not end the process, which only forwards then.',
  FOURFOLD_MODEL_DIR: 'Directory that holds the files of the embedding model.',
  FOURFOLD_MODEL_BASE: 'Mirror of the repository of `model`; its files must have the pinned sha256.',
  FOURFOLD_CACHE_DIR:
    'Directory that keeps what was fetched; by default `fourfold` in the cache directory of the user.',
  FOURFOLD_REDIS_DIR:
    'Directory of a Redis Stack (`bin/`, `lib/`), in place of the fetched one, for tests and `--with-redis`.',
  FOURFOLD_MCP_CACHE: 'Address of the sidecar that `fourfold mcp` asks; `http://127.0.0.1:4114` by default.',
  FOURFOLD_MCP_STORE:
    'Store of `fourfold mcp` itself, in place of a sidecar: `memory://` or `memory:///folder`.',
  FOURFOLD_MCP_TTL: 'How long `fourfold mcp` keeps a result; `5m` by default.',
  FOURFOLD_CLUSTER: 'Name of the cluster that `npm run cluster` starts; `local` by default.',
  FOURFOLD_EVAL: 'Directory of the evaluation data (tests only).',
  FOURFOLD_REQUIRE: 'Parts that a test run must not skip (tests only).',
  FOURFOLD_FUZZ: 'Number of random texts that the fuzz test tries (tests only).',
  FOURFOLD_TRAFFIC: 'Requests a second with which the fault tests load a sidecar (tests only).',
  FOURFOLD_RETRIES: 'How often a test that failed is tried again; none by default (tests only).',
  FOURFOLD_LONG: 'Fault tests take as long as the faults that they stand for (tests only).',
  FOURFOLD_SKIPS: 'File in which a test run notes what it skipped (tests only).',
};

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The fields that the environment sets, and one fault for every variable of our prefix that means nothing. Injected sidecars
 * have their upstreams from the application's own variables, and read them as SDKs do: trimmed, and an empty one is none.
 */
export function readEnvironment(env: Environment): { source: Source; faults: string[] } {
  const names = Object.keys(env).filter(
    (name) =>
      name.startsWith('FOURFOLD_') &&
      env[name] !== undefined &&
      !isServiceLink(name, env[name]) &&
      !(isUpstream(name) && env[name]?.trim() === ''),
  );
  const fieldOf = new Map(Object.entries(environment).map(([field, name]) => [name, field]));
  const value = {};
  const faults: string[] = [];
  for (const name of names) {
    const field = fieldOf.get(name);
    const text = isUpstream(name) ? env[name]?.trim() : env[name];
    if (field !== undefined) set(value, field.split('.'), fromText(text ?? '', fields.get(field)));
    else if (!Object.hasOwn(otherVariables, name)) faults.push(unknownVariable(name));
  }
  return { source: { value, place: variableOf }, faults };
}

const isUpstream = (name: string): boolean => name.endsWith('_UPSTREAM');

/** Also of a place inside its value, such as an item of a list. */
function variableOf(path: Path): string {
  const name = path.map((_, depth) => environment[path.slice(0, depth + 1).join('.')]).find(Boolean);
  return name ?? path.join('.');
}

function unknownVariable(name: string): string {
  const known = [...Object.values(environment), ...Object.keys(otherVariables)].map(withoutPrefix);
  const meant = nearest(withoutPrefix(name), known);
  const hint = meant === undefined ? 'see docs/reference.md' : `did you mean FOURFOLD_${meant}?`;
  return `${oneLine(name)}: unknown environment variable, ${hint}`;
}

const withoutPrefix = (name: string) => name.slice('FOURFOLD_'.length);

/**
 * Kubernetes sets variables for every Service of the namespace. A Service named `fourfold` gives `FOURFOLD_PORT=tcp://…`
 * and `FOURFOLD_SERVICE_HOST`; nobody set those, so they are no configuration.
 */
export function isServiceLink(name: string, value: string): boolean {
  return (
    /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name) ||
    /_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value))
  );
}

/** A text in the form that the field has in a file; a text that cannot have it stays as it is, for the check to name it. */
export function fromText(text: string, node: Node | undefined): unknown {
  if (node?.type === 'number' || node?.type === 'integer') return numeral.test(text) ? Number(text) : text;
  if (node?.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (node?.type === 'array') return text === '' ? [] : text.split(',').map((item) => item.trim());
  return text;
}

const numeral = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$/i;

function set(target: Record<string, unknown>, [name = '', ...rest]: Path, value: unknown): void {
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  target[name] ??= {};
  set(target[name] as Record<string, unknown>, rest, value);
}
