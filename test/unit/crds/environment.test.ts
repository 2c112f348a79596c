import { describe, expect, it } from 'vitest';
import { type Environment, environment, otherVariables, readEnvironment } from '../../../crds/environment.ts';
import { fields } from '../../../crds/node.ts';
import { parse } from '../../../crds/parse.ts';
import type { Settings } from '../../../crds/settings.ts';

function read(env: Environment): { settings?: Settings; faults: readonly string[] } {
  const { source, faults } = readEnvironment(env);
  const parsed = parse(source);
  return { ...parsed, faults: [...faults, ...(parsed.faults ?? [])] };
}

/** One good value and one bad value of every variable. */
const table: Record<
  string,
  { good: [string, (settings: Settings) => unknown, unknown]; bad: [string, string] }
> = {
  FOURFOLD_THRESHOLD: {
    good: ['0.95', (s) => s.threshold, 0.95],
    bad: ['1.5', 'a number greater than 0 and at most 1, found 1.5'],
  },
  FOURFOLD_ALLOW_LOWER_THRESHOLD: {
    good: ['true', (s) => s.allowLowerThreshold, true],
    bad: ['1', 'true or false, found "1"'],
  },
  FOURFOLD_TTL: {
    good: ['1h30m', (s) => s.ttlSeconds, 5400],
    bad: ['tomorrow', 'a duration such as 24h, 10m or 90s, found "tomorrow"'],
  },
  FOURFOLD_CUSTOM_MODEL: {
    good: ['/models/mine', (s) => s.customModel.folder, '/models/mine'],
    bad: ['', 'the path of a folder, found ""'],
  },
  FOURFOLD_VERIFIER: {
    good: ['/models/judge', (s) => s.verifier.folder, '/models/judge'],
    bad: ['', 'the path of a folder, found ""'],
  },
  FOURFOLD_MODEL_HUB: {
    good: ['https://mirror.example/hub', (s) => s.modelHub, 'https://mirror.example/hub'],
    bad: ['mirror', 'an http or https URL, found "mirror"'],
  },
  FOURFOLD_DECISION_LOG_FOLDER: {
    good: ['/logs', (s) => s.decisionLog.folder, '/logs'],
    bad: ['', 'the path of a folder, found ""'],
  },
  FOURFOLD_DECISION_LOG_MAX_BYTES: {
    good: ['1Mi', (s) => s.decisionLog.maxBytes, 1_048_576],
    bad: ['1', 'a size from 64Ki to 1Gi, found "1"'],
  },
  FOURFOLD_DECISION_LOG_ROTATE: {
    good: ['1h', (s) => s.decisionLog.rotateSeconds, 3600],
    bad: ['48h', 'a duration from 1s to 24h, found "48h"'],
  },
  FOURFOLD_DECISION_LOG_MAX_FILES: {
    good: ['5', (s) => s.decisionLog.maxFiles, 5],
    bad: ['0', 'a whole number from 1 to 100000, found 0'],
  },
  FOURFOLD_LOG_PROMPTS: {
    good: ['true', (s) => s.decisionLog.logPrompts, true],
    bad: ['yes', 'true or false, found "yes"'],
  },
  FOURFOLD_AUDIT_SAMPLE_RATE: {
    good: ['5%', (s) => s.auditSampleRate, 0.05],
    bad: ['often', 'a share from 0% to 100%, such as 5%, found "often"'],
  },
  FOURFOLD_JUDGE_ENDPOINT: {
    good: ['http://judge', (s) => s.judge.endpoint, 'http://judge'],
    bad: ['judge', 'an http or https URL, found "judge"'],
  },
  FOURFOLD_JUDGE_TOKEN_FILE: {
    good: ['/token', (s) => s.judge.tokenFile, '/token'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_MAX_ERROR_RATE: {
    good: ['1%', (s) => s.maxErrorRate, 0.01],
    bad: ['little', 'a share from 0.1% to 50%, such as 5%, found "little"'],
  },
  FOURFOLD_ERROR_CONFIDENCE: {
    good: ['90%', (s) => s.errorConfidence, 0.9],
    bad: ['sure', 'a share from 50% to 99.9%, such as 5%, found "sure"'],
  },
  FOURFOLD_MODEL: {
    good: ['all-MiniLM-L6-v2', (s) => s.model, 'all-MiniLM-L6-v2'],
    bad: ['bert', 'all-MiniLM-L6-v2, found "bert"'],
  },
  FOURFOLD_MODE: {
    good: ['shadow', (s) => s.mode, 'shadow'],
    bad: ['on', 'serve, shadow or off, found "on"'],
  },
  FOURFOLD_MAX_ENTRIES: {
    good: ['500', (s) => s.maxEntries, 500],
    bad: ['many', 'a whole number from 1 to 100000000, found "many"'],
  },
  FOURFOLD_MAX_ENTRY_BYTES: {
    good: ['2Mi', (s) => s.maxEntryBytes, 2_097_152],
    bad: ['2MB', 'a size such as 512Ki, 1Mi or a number of bytes, found "2MB"'],
  },
  FOURFOLD_MAX_REQUEST_BYTES: {
    good: ['4096', (s) => s.maxRequestBytes, 4096],
    bad: ['1Gi', 'a size from 1 to 256Mi, found "1Gi"'],
  },
  FOURFOLD_CACHE_TOOL_CALLS: {
    good: ['false', (s) => s.cacheToolCalls, false],
    bad: ['False', 'true or false, found "False"'],
  },
  FOURFOLD_OVERLAP: {
    good: ['.7', (s) => s.phases.nearMiss.overlap, 0.7],
    bad: ['0', 'a number greater than 0 and at most 1, found 0'],
  },
  FOURFOLD_PARTITION_BY: {
    good: ['credential, header:X-Org', (s) => s.partitionBy, ['credential', 'header:x-org']],
    bad: ['credential,,user', 'credential, user, none or header:<name>, found ""'],
  },
  FOURFOLD_CONVERSATION: {
    good: ['lastTurn', (s) => s.conversation, 'lastTurn'],
    bad: ['last', 'strict or lastTurn, found "last"'],
  },
  FOURFOLD_OPENAI_UPSTREAM: {
    good: ['http://127.0.0.1:9/v1', (s) => s.upstreams.openai, 'http://127.0.0.1:9/v1'],
    bad: ['localhost', 'an http or https URL, found "localhost"'],
  },
  FOURFOLD_ANTHROPIC_UPSTREAM: {
    good: ['http://[::1]:9', (s) => s.upstreams.anthropic, 'http://[::1]:9'],
    bad: ['http://u:p@h', 'an http or https URL without credentials, found "http://***@h"'],
  },
  FOURFOLD_GEMINI_UPSTREAM: {
    good: ['http://[::1]:9', (s) => s.upstreams.gemini, 'http://[::1]:9'],
    bad: ['http://u:p@h', 'an http or https URL without credentials, found "http://***@h"'],
  },
  FOURFOLD_CONNECT_TIMEOUT: {
    good: ['1s', (s) => s.timeouts.connectSeconds, 1],
    bad: ['0', 'a duration from 1ms to 1h, found "0"'],
  },
  FOURFOLD_FIRST_BYTE_TIMEOUT: {
    good: ['30', (s) => s.timeouts.firstByteSeconds, 30],
    bad: ['-1', 'a duration such as 24h, 10m or 90s, found "-1"'],
  },
  FOURFOLD_IDLE_TIMEOUT: {
    good: ['100ms', (s) => s.timeouts.idleSeconds, 0.1],
    bad: ['', 'a duration such as 24h, 10m or 90s, found ""'],
  },
  FOURFOLD_STORE: {
    good: ['rediss://u:p@h:6380/2', (s) => s.store, 'rediss://u:p@h:6380/2'],
    bad: [
      'redis://:pw@h,i',
      'redis://[user:password@]host[:6379][/database][?prefix=name:] (with one host; several belong to sentinel or cluster), found "redis://***@h,i"',
    ],
  },
  FOURFOLD_REDIS_PREFIX: {
    good: ['team-a:', (s) => s.redis.prefix, 'team-a:'],
    bad: ['{a}', '1 to 64 letters, digits, colons, dots, underscores or hyphens, found "{a}"'],
  },
  FOURFOLD_REDIS_USERNAME_FILE: {
    good: ['/run/user', (s) => s.redis.usernameFile, '/run/user'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_REDIS_PASSWORD_FILE: {
    good: ['/run/password', (s) => s.redis.passwordFile, '/run/password'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_REDIS_SENTINEL_USERNAME_FILE: {
    good: ['/run/user', (s) => s.redis.sentinelUsernameFile, '/run/user'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_REDIS_SENTINEL_PASSWORD_FILE: {
    good: ['/run/password', (s) => s.redis.sentinelPasswordFile, '/run/password'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_REDIS_CA_FILE: {
    good: ['/run/ca.pem', (s) => s.redis.tls.caFile, '/run/ca.pem'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_REDIS_CERT_FILE: {
    good: ['/run/cert.pem', (s) => s.redis.tls.certFile, '/run/cert.pem'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_REDIS_KEY_FILE: {
    good: ['/run/key.pem', (s) => s.redis.tls.keyFile, '/run/key.pem'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_REDIS_SERVER_NAME: {
    good: ['redis.cache.svc', (s) => s.redis.tls.serverName, 'redis.cache.svc'],
    bad: ['', 'an IP address or a host name without a port, found ""'],
  },
  FOURFOLD_REDIS_DEADLINE: {
    good: ['20ms', (s) => s.redis.deadlineMs, 20],
    bad: ['0', 'a duration from 1ms to 10s, found "0"'],
  },
  FOURFOLD_REDIS_WRITE_DEADLINE: {
    good: ['2s', (s) => s.redis.writeDeadlineMs, 2000],
    bad: ['1h', 'a duration from 10ms to 1m, found "1h"'],
  },
  FOURFOLD_REDIS_EVICTION: {
    good: ['lfu', (s) => s.redis.eviction, 'lfu'],
    bad: ['random', 'lru or lfu, found "random"'],
  },
  FOURFOLD_REDIS_TTL_JITTER: {
    good: ['0.2', (s) => s.redis.ttlJitter, 0.2],
    bad: ['0.6', 'a number from 0 to 0.5, found 0.6'],
  },
  FOURFOLD_REDIS_STALENESS: {
    good: ['10s', (s) => s.redis.stalenessSeconds, 10],
    bad: ['0', 'a duration from 2s to 24h, found "0"'],
  },
  FOURFOLD_REDIS_WARM_ENTRIES: {
    good: ['0', (s) => s.redis.warmEntries, 0],
    bad: ['-1', 'a whole number from 0 to 100000, found -1'],
  },
  FOURFOLD_REDIS_INDEX_TYPE: {
    good: ['hnsw', (s) => s.redis.index.type, 'hnsw'],
    bad: ['ivf', 'auto, flat or hnsw, found "ivf"'],
  },
  FOURFOLD_REDIS_INDEX_M: {
    good: ['32', (s) => s.redis.index.m, 32],
    bad: ['1', 'a whole number from 2 to 512, found 1'],
  },
  FOURFOLD_REDIS_INDEX_EF_CONSTRUCTION: {
    good: ['400', (s) => s.redis.index.efConstruction, 400],
    bad: ['0', 'a whole number from 1 to 4096, found 0'],
  },
  FOURFOLD_REDIS_INDEX_EF_RUNTIME: {
    good: ['20', (s) => s.redis.index.efRuntime, 20],
    bad: ['5000', 'a whole number from 1 to 4096, found 5000'],
  },
  FOURFOLD_HOST: {
    good: ['localhost', (s) => s.host, 'localhost'],
    bad: ['*', 'an IP address or a host name without a port, found "*"'],
  },
  FOURFOLD_PORT: {
    good: ['0', (s) => s.port, 0],
    bad: ['70000', 'a whole number from 0 to 65535, found 70000'],
  },
  FOURFOLD_ADMIN_HOST: {
    good: ['::', (s) => s.adminHost, '::'],
    bad: ['a:1', 'an IP address or a host name without a port, found "a:1"'],
  },
  FOURFOLD_ADMIN_PORT: {
    good: ['9000', (s) => s.adminPort, 9000],
    bad: ['0x10', 'a whole number from 0 to 65535, found "0x10"'],
  },
  FOURFOLD_ADMIN_TOKEN_FILE: {
    good: ['/run/token', (s) => s.adminTokenFile, '/run/token'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_LOG_LEVEL: {
    good: ['silent', (s) => s.logLevel, 'silent'],
    bad: ['INFO', 'trace, debug, info, warn, error or silent, found "INFO"'],
  },
  FOURFOLD_REPLAY: {
    good: ['original', (s) => s.replay, 'original'],
    bad: ['slow', 'instant or original, found "slow"'],
  },
  FOURFOLD_EXCLUDE_SECRETS: {
    good: ['false', (s) => s.exclude.secrets, false],
    bad: ['no', 'true or false, found "no"'],
  },
  FOURFOLD_EXCLUDE_PERSONAL_DATA: {
    good: ['false', (s) => s.exclude.personalData, false],
    bad: ['1', 'true or false, found "1"'],
  },
  FOURFOLD_EXCLUDE_TIME_SENSITIVE: {
    good: ['true', (s) => s.exclude.timeSensitive, true],
    bad: ['yes', 'true or false, found "yes"'],
  },
  FOURFOLD_EXCLUDE_WORDS: {
    good: ['stock price, salary', (s) => s.exclude.words, ['stock price', 'salary']],
    bad: ['a,', 'word or phrase, found ""'],
  },
  FOURFOLD_REQUESTS_PER_MINUTE: {
    good: ['60', (s) => s.limits.requestsPerMinute, 60],
    bad: ['-1', 'a whole number from 0 to 10000000, found -1'],
  },
  FOURFOLD_STREAMS: {
    good: ['100', (s) => s.limits.streams, 100],
    bad: ['many', 'a whole number from 0 to 1000000, found "many"'],
  },
  FOURFOLD_POLICY_ENDPOINT: {
    good: ['https://p.test/v1', (s) => s.policy.endpoint, 'https://p.test/v1'],
    bad: ['p.test', 'an http or https URL, found "p.test"'],
  },
  FOURFOLD_POLICY_SAMPLE_RATE: {
    good: ['0.1', (s) => s.policy.sampleRate, 0.1],
    bad: ['0', 'a number greater than 0 and at most 1, found 0'],
  },
  FOURFOLD_POLICY_TOKEN_FILE: {
    good: ['/run/policy', (s) => s.policy.tokenFile, '/run/policy'],
    bad: ['', 'the path of a file, found ""'],
  },
  FOURFOLD_STALE_IF_ERROR: {
    good: ['1h', (s) => s.stale.ifErrorSeconds, 3600],
    bad: ['soon', 'a duration such as 24h, 10m or 90s, found "soon"'],
  },
  FOURFOLD_STALE_WHILE_REVALIDATE: {
    good: ['90s', (s) => s.stale.whileRevalidateSeconds, 90],
    bad: ['-1', 'a duration such as 24h, 10m or 90s, found "-1"'],
  },
  FOURFOLD_DRAIN: {
    good: ['0s', (s) => s.drainSeconds, 0],
    bad: ['long', 'a duration such as 24h, 10m or 90s, found "long"'],
  },
};

describe('every variable', () => {
  it('stands in this test', () => {
    expect(Object.keys(table).sort()).toEqual(Object.values(environment).sort());
  });

  it('belongs to a field of the schema', () => {
    for (const field of Object.keys(environment)) expect([...fields.keys()]).toContain(field);
  });

  it.each(Object.entries(table))('%s sets its field', (name, { good: [text, setting, value] }) => {
    const { settings, faults } = read({ [name]: text });
    expect(faults).toEqual([]);
    expect(settings === undefined ? undefined : setting(settings)).toEqual(value);
  });

  it.each(Object.entries(table))('%s is named when its value is bad', (name, { bad: [text, rest] }) => {
    expect(read({ [name]: text }).faults).toEqual([`${name}: expected ${rest}`]);
  });

  it('is reported together with all others', () => {
    const env = Object.fromEntries(Object.entries(table).map(([name, { bad }]) => [name, bad[0]]));
    expect(read(env).faults).toHaveLength(Object.keys(table).length);
  });
});

describe('an unknown variable of our prefix', () => {
  it.each([
    [
      'FOURFOLD_THRESOLD',
      'FOURFOLD_THRESOLD: unknown environment variable, did you mean FOURFOLD_THRESHOLD?',
    ],
    [
      'FOURFOLD_MAXENTRIES',
      'FOURFOLD_MAXENTRIES: unknown environment variable, did you mean FOURFOLD_MAX_ENTRIES?',
    ],
    ['FOURFOLD_CONFIGS', 'FOURFOLD_CONFIGS: unknown environment variable, did you mean FOURFOLD_CONFIG?'],
    [
      'FOURFOLD_ADMIN_TOKEN',
      'FOURFOLD_ADMIN_TOKEN: unknown environment variable, did you mean FOURFOLD_ADMIN_TOKEN_FILE?',
    ],
    [
      'FOURFOLD_XYZZY_QUUX_FROB',
      'FOURFOLD_XYZZY_QUUX_FROB: unknown environment variable, see docs/reference.md',
    ],
    ['FOURFOLD_', 'FOURFOLD_: unknown environment variable, see docs/reference.md'],
  ])('%s', (name, fault) => {
    const { faults } = read({ [name]: 'hunter2' });
    expect(faults).toEqual([fault]);
  });
});

describe('what is no configuration', () => {
  it.each(Object.keys(otherVariables))('%s is for something else', (name) => {
    expect(read({ [name]: 'x' }).faults).toEqual([]);
  });

  it('leaves other prefixes alone', () => {
    expect(read({ fourfold_ttl: 'x', MY_FOURFOLD_TTL: 'x', FOURFOLD: 'x', PATH: 'x' }).faults).toEqual([]);
  });

  it('takes an absent variable for absent', () => {
    expect(read({ FOURFOLD_TTL: undefined }).settings?.ttlSeconds).toBe(86_400);
  });

  it('does not take the links of Kubernetes Services for configuration', () => {
    const links = {
      FOURFOLD_SERVICE_HOST: '10.0.0.1',
      FOURFOLD_SERVICE_PORT: '4114',
      FOURFOLD_SERVICE_PORT_HTTP: '4114',
      FOURFOLD_PORT: 'tcp://10.0.0.1:4114',
      FOURFOLD_PORT_4114_TCP: 'tcp://10.0.0.1:4114',
      FOURFOLD_PORT_4114_TCP_PROTO: 'tcp',
      FOURFOLD_PORT_4114_TCP_PORT: '4114',
      FOURFOLD_PORT_4114_TCP_ADDR: '10.0.0.1',
      FOURFOLD_ADMIN_PORT: 'tcp://[fd00::1]:4115',
      FOURFOLD_OPERATOR_PORT: 'udp://10.0.0.2:1',
      FOURFOLD_OPERATOR_SERVICE_HOST: '10.0.0.2',
    };
    const { settings, faults } = read(links);
    expect(faults).toEqual([]);
    expect(settings).toMatchObject({ port: 4114, adminPort: 4115 });
  });

  it('takes a port that only looks like a link for a bad port', () => {
    expect(read({ FOURFOLD_PORT: 'http://10.0.0.1:4114' }).faults).toHaveLength(1);
  });
});

it.each([
  ['', 'https://api.openai.com/v1'],
  [' \n', 'https://api.openai.com/v1'],
  [' http://llm.test/v1\n', 'http://llm.test/v1'],
])('takes the upstream %j as the SDKs take their own variable', (FOURFOLD_OPENAI_UPSTREAM, url) => {
  const { settings, faults } = read({ FOURFOLD_OPENAI_UPSTREAM });
  expect(faults).toEqual([]);
  expect(settings?.upstreams.openai).toBe(url);
});
