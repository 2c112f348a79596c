import { describe, expect, it } from 'vitest';
import { parse } from '../../../crds/parse.ts';

/** Faults of a value whose fields are named by their path alone. */
const faults = (value: unknown) => parse({ value, place: (path) => path.join('.') }).faults ?? [];

const threshold = 'threshold: expected a number greater than 0 and at most 1, found';
const overlap = 'phases.nearMiss.overlap: expected a number greater than 0 and at most 1, found';
const duration = 'expected a duration such as 24h, 10m or 90s, found';
const ttlRange = 'ttl: expected a duration from 1s to 8760h, found';
const deadlineRange = 'phases.semantic.deadline: expected a duration from 1ms to 1m, found';
const size = 'maxEntryBytes: expected a size such as 512Ki, 1Mi or a number of bytes, found';
const sizeRange = 'maxEntryBytes: expected a size from 1 to 64Mi, found';
const entries = 'maxEntries: expected a whole number from 1 to 100000000, found';
const mode = 'mode: expected serve, shadow or off, found';
const port = 'port: expected a whole number from 0 to 65535, found';
const url = 'upstreams.openai: expected an http or https URL';
const store = 'store: expected memory:// or memory:///a/directory';
const anyStore = `${store}, or a URL that begins with redis://, rediss://, redis+sentinel://, rediss+sentinel://, redis+cluster://, rediss+cluster://`;
const key = 'expected credential, user, none or header:<name>, found';
const keys = 'partitionBy: expected a list of credential, user, none or header:<name>, found';
const host = 'host: expected an IP address or a host name without a port, found';

const table: [value: unknown, fault: string][] = [
  [{ threshold: 0 }, `${threshold} 0`],
  [{ threshold: -0.1 }, `${threshold} -0.1`],
  [{ threshold: 1.5 }, `${threshold} 1.5`],
  [{ threshold: 90 }, `${threshold} 90`],
  [{ threshold: Number.NaN }, `${threshold} NaN`],
  [{ threshold: Number.POSITIVE_INFINITY }, `${threshold} Infinity`],
  [{ threshold: '0.9' }, `${threshold} "0.9"`],
  [{ threshold: null }, `${threshold} nothing`],
  [{ threshold: [0.9] }, `${threshold} [0.9]`],
  [{ threshold: { semantic: 0.9 } }, `${threshold} an object`],
  [{ threshold: true }, `${threshold} true`],
  [{ allowLowerThreshold: 'yes' }, 'allowLowerThreshold: expected true or false, found "yes"'],
  [{ allowLowerThreshold: 1 }, 'allowLowerThreshold: expected true or false, found 1'],
  [{ cacheToolCalls: 'false' }, 'cacheToolCalls: expected true or false, found "false"'],
  [{ ttl: 'tomorrow' }, `ttl: ${duration} "tomorrow"`],
  [{ ttl: '' }, `ttl: ${duration} ""`],
  [{ ttl: '1d' }, `ttl: ${duration} "1d"`],
  [{ ttl: '-1h' }, `ttl: ${duration} "-1h"`],
  [{ ttl: 1.5 }, `ttl: ${duration} 1.5`],
  [{ ttl: null }, `ttl: ${duration} nothing`],
  [{ ttl: {} }, `ttl: ${duration} an object`],
  [{ ttl: -5 }, `${ttlRange} -5`],
  [{ ttl: 0 }, `${ttlRange} 0`],
  [{ ttl: '0s' }, `${ttlRange} "0s"`],
  [{ ttl: '100000h' }, `${ttlRange} "100000h"`],
  [{ ttl: '9'.repeat(300) }, `ttl: ${duration} "${'9'.repeat(79)}…"`],
  [{ model: 'gpt-4' }, 'model: expected all-MiniLM-L6-v2, found "gpt-4"'],
  [{ model: '' }, 'model: expected all-MiniLM-L6-v2, found ""'],
  [{ mode: 'live' }, `${mode} "live"`],
  [{ mode: 'Serve' }, `${mode} "Serve"`],
  [{ mode: false }, `${mode} false`],
  [{ maxEntries: 0 }, `${entries} 0`],
  [{ maxEntries: -1 }, `${entries} -1`],
  [{ maxEntries: 1.5 }, `${entries} 1.5`],
  [{ maxEntries: 1e9 }, `${entries} 1000000000`],
  [{ maxEntries: '100' }, `${entries} "100"`],
  [{ maxEntryBytes: '1MB' }, `${size} "1MB"`],
  [{ maxEntryBytes: 0.5 }, `${size} 0.5`],
  [{ maxEntryBytes: true }, `${size} true`],
  [{ maxEntryBytes: 0 }, `${sizeRange} 0`],
  [{ maxEntryBytes: -1 }, `${sizeRange} -1`],
  [{ maxEntryBytes: '65Mi' }, `${sizeRange} "65Mi"`],
  [{ maxRequestBytes: '1Gi' }, 'maxRequestBytes: expected a size from 1 to 256Mi, found "1Gi"'],
  [
    { phases: null },
    'phases: expected an object with fingerprint, nearMiss, exact and semantic, found nothing',
  ],
  [
    { phases: ['exact'] },
    'phases: expected an object with fingerprint, nearMiss, exact and semantic, found ["exact"]',
  ],
  [{ phases: { exact: true } }, 'phases.exact: expected an object with enabled, found true'],
  [{ phases: { exact: { enabled: 'on' } } }, 'phases.exact.enabled: expected true or false, found "on"'],
  [{ phases: { nearMiss: { overlap: 0 } } }, `${overlap} 0`],
  [{ phases: { nearMiss: { overlap: 1.01 } } }, `${overlap} 1.01`],
  [{ phases: { nearMiss: { overlap: Number.NaN } } }, `${overlap} NaN`],
  [
    { phases: { fingerprint: { maxEntries: 2_000_000 } } },
    'phases.fingerprint.maxEntries: expected a whole number from 1 to 1000000, found 2000000',
  ],
  [{ phases: { semantic: { deadline: 'soon' } } }, `phases.semantic.deadline: ${duration} "soon"`],
  [{ phases: { semantic: { deadline: 0 } } }, `${deadlineRange} 0`],
  [{ phases: { semantic: { deadline: '999us' } } }, `${deadlineRange} "999us"`],
  [{ phases: { semantic: { deadline: '2m' } } }, `${deadlineRange} "2m"`],
  [
    { phases: { semantic: { candidates: 0 } } },
    'phases.semantic.candidates: expected a whole number from 1 to 100, found 0',
  ],
  [{ partitionBy: 'none' }, `${keys} "none"`],
  [{ partitionBy: [] }, `${keys} an empty list`],
  [{ partitionBy: {} }, `${keys} an object`],
  [{ partitionBy: ['tenant'] }, `partitionBy.0: ${key} "tenant"`],
  [{ partitionBy: ['user', 'header:'] }, `partitionBy.1: ${key} "header:"`],
  [{ partitionBy: ['header:x y'] }, `partitionBy.0: ${key} "header:x y"`],
  [{ partitionBy: ['user', 3] }, `partitionBy.1: ${key} 3`],
  [{ partitionBy: ['none', 'user'] }, 'partitionBy: expected none to stand alone, found ["none", "user"]'],
  [
    { partitionBy: ['header:X-Org', 'header:x-org'] },
    'partitionBy: expected every key once, found ["header:X-Org", "header:x-org"]',
  ],
  [
    { partitionBy: Array.from({ length: 17 }, (_, index) => `header:h${index}`) },
    'partitionBy: expected at most 16 keys, found ["header:h0", "header:h1", "header:h2", "header:h3", …]',
  ],
  [{ conversation: 'loose' }, 'conversation: expected strict or lastTurn, found "loose"'],
  [{ upstreams: { openai: 'api.openai.com' } }, `${url}, found "api.openai.com"`],
  [{ upstreams: { openai: 'ftp://host' } }, `${url}, found "ftp://host"`],
  [{ upstreams: { openai: 'http://' } }, `${url}, found "http://"`],
  [{ upstreams: { openai: 'http://a b' } }, `${url}, found "http://a b"`],
  [{ upstreams: { openai: 'http://host:99999' } }, `${url}, found "http://host:99999"`],
  [{ upstreams: { openai: '' } }, `${url}, found ""`],
  [
    { upstreams: { openai: 'https://me:secret@host' } },
    `${url} without credentials, found "https://***@host"`,
  ],
  [
    { upstreams: { openai: 'https://host?key=secret' } },
    `${url} without query or fragment, found "https://host?***"`,
  ],
  [
    { upstreams: { openai: 'https://host#top' } },
    `${url} without query or fragment, found "https://host#top"`,
  ],
  [{ upstreams: { anthropic: 1 } }, 'upstreams.anthropic: expected an http or https URL, found 1'],
  [{ timeouts: { connect: 0 } }, 'timeouts.connect: expected a duration from 1ms to 1h, found 0'],
  [
    { timeouts: { firstByte: '25h' } },
    'timeouts.firstByte: expected a duration from 1ms to 24h, found "25h"',
  ],
  [{ timeouts: { idle: 'never' } }, `timeouts.idle: ${duration} "never"`],
  [{ store: '' }, `${anyStore}, found ""`],
  [{ store: 'memory' }, `${anyStore}, found "memory"`],
  [{ store: 'memory://relative/path' }, `${store}, found "memory://relative/path"`],
  [{ store: 'memory:///data?x=1' }, `${store}, found "memory:///data?***"`],
  [{ store: 'memory:///' }, `${store}, found "memory:///"`],
  [{ store: 'memory:////data' }, `${store}, found "memory:////data"`],
  [{ store: 'memory:///a%zz' }, `${store}, found "memory:///a%zz"`],
  [{ store: 'memory:///a%2Fb' }, `${store}, found "memory:///a%2Fb"`],
  [{ store: 'memory:///data#x' }, `${store}, found "memory:///data#x"`],
  [{ store: 'sqlite:///data' }, `${anyStore}, found "sqlite:///data"`],
  [{ store: '/var/lib/fourfold' }, `${anyStore}, found "/var/lib/fourfold"`],
  [{ host: '' }, `${host} ""`],
  [{ host: '127.0.0.1:4114' }, `${host} "127.0.0.1:4114"`],
  [{ host: '999.1.1.1' }, `${host} "999.1.1.1"`],
  [{ host: 'a b' }, `${host} "a b"`],
  [{ host: 'http://localhost' }, `${host} "http://localhost"`],
  [{ host: '-x' }, `${host} "-x"`],
  [{ adminHost: 0 }, 'adminHost: expected an IP address or a host name without a port, found 0'],
  [{ port: -1 }, `${port} -1`],
  [{ port: 65_536 }, `${port} 65536`],
  [{ port: 80.5 }, `${port} 80.5`],
  [{ port: '4114' }, `${port} "4114"`],
  [{ adminPort: 4114 }, 'adminPort: expected a port other than that of port (default), found 4114'],
  [{ port: 4115 }, 'adminPort (default): expected a port other than that of port, found 4115'],
  [{ adminTokenFile: '' }, 'adminTokenFile: expected the path of a file, found ""'],
  [
    { adminTokenFile: 'the-secret\0' },
    'adminTokenFile: expected the path of a file, found a text of 11 characters',
  ],
  [{ adminTokenFile: 12 }, 'adminTokenFile: expected the path of a file, found 12'],
  [{ logLevel: 'verbose' }, 'logLevel: expected trace, debug, info, warn, error or silent, found "verbose"'],
  [{ drain: '2h' }, 'drain: expected a duration from 0s to 1h, found "2h"'],
  [{ thresold: 0.9 }, 'thresold: unknown field, did you mean threshold?'],
  [{ max_entries: 5 }, 'max_entries: unknown field, did you mean maxEntries?'],
  [{ overlap: 0.5 }, 'overlap: unknown field, did you mean phases.nearMiss.overlap?'],
  [{ openai: 'https://x' }, 'openai: unknown field, did you mean upstreams.openai?'],
  [{ phases: { near_miss: {} } }, 'phases.near_miss: unknown field, did you mean phases.nearMiss?'],
  [
    { phases: { vector: {} } },
    'phases.vector: unknown field, expected one of fingerprint, nearMiss, exact, semantic',
  ],
  [
    { timeouts: { constructor: 1 } },
    'timeouts.constructor: unknown field, expected one of connect, firstByte, idle',
  ],
  [
    JSON.parse('{"timeouts": {"__proto__": {"connect": 1}}}'),
    'timeouts.__proto__: unknown field, expected one of connect, firstByte, idle',
  ],
];

describe('a value that no field takes', () => {
  it.each(table)('%j', (value, fault) => {
    expect(faults(value)).toEqual([fault]);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    [[], 'an empty list'],
    ['threshold: 1', '"threshold: 1"'],
    [5, '5'],
  ])('%j is no configuration at all', (value, found) => {
    expect(faults(value)).toHaveLength(1);
    expect(faults(value)[0]).toMatch(/^: expected an object with threshold, .* and drain, found /);
    expect(faults(value)[0]?.endsWith(`found ${found}`)).toBe(true);
  });
});

describe('all faults at once', () => {
  it('has a line for each, in the order of the value', () => {
    const value = {
      mode: 'x',
      ttl: 'x',
      phases: { semantic: { deadline: 'x', candidates: 'x' } },
      threshold: 'x',
    };
    expect(faults(value).map((line) => line.split(':')[0])).toEqual([
      'mode',
      'ttl',
      'phases.semantic.deadline',
      'phases.semantic.candidates',
      'threshold',
    ]);
  });

  it('has no limit', () => {
    const value = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`unknown${index}`, 1]));
    expect(faults(value)).toHaveLength(500);
  });
});

describe('a fault line', () => {
  it.each(['a\nb', 'a\r\nb', 'a\u2028b', 'a\u001b[31mb', 'a\u009bb', 'a\u202eb', 'a"b\\c'])(
    'stays one harmless line for %j',
    (mode) => {
      const [line] = faults({ mode });
      expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(line).toMatch(/^mode: expected serve, shadow or off, found "a.*b.*"$/);
    },
  );

  it.each([
    { store: 'rediss://user:hunter2@host/nought' },
    { store: 'redis://user:hunt/er2@host/0' },
    { store: 'redis+sentinel://user:hunter2@host/0' },
    { store: 'redis://user:hunter2%zz@host' },
    { store: 'user:hunter2@host' },
    { upstreams: { openai: 'https://hunter2@host' } },
    { upstreams: { openai: 'https://host/v1?api_key=hunter2' } },
    { upstreams: { openai: 'sk-hunter2hunter2' } },
    { host: 'https://user:hunter2@host' },
    { adminTokenFile: 'hunter2\0' },
    { adminTokenfile: 'hunter2' },
    { adminToken: 'hunter2' },
  ])('prints no secret of %j', (value) => {
    expect(faults(value)).toHaveLength(1);
    expect(faults(value)[0]).not.toMatch(/hunter2|hunt\/er2/);
  });
});
