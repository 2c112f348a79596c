import fc from 'fast-check';
import Value from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { fields } from '../../../crds/node.ts';
import { parse, type Source } from '../../../crds/parse.ts';
import { sidecarConfiguration } from '../../../crds/sidecar.ts';

const source = (value: unknown, name = 'test'): Source => ({
  value,
  place: (path) => `${name} ${path.join('.')}`,
});

const noModel = { folder: undefined, repository: undefined, sha256: [], file: undefined };

describe('defaults', () => {
  it('are those of the public surface', () => {
    expect(parse().settings).toEqual({
      threshold: 0.9,
      allowLowerThreshold: false,
      ttlSeconds: 86_400,
      stale: { ifErrorSeconds: 0, whileRevalidateSeconds: 0 },
      replay: 'instant',
      exclude: { secrets: true, personalData: true, timeSensitive: false, words: [] },
      limits: { requestsPerMinute: 0, streams: 0 },
      policy: { endpoint: undefined, sampleRate: 1, tokenFile: undefined },
      auditSampleRate: 0,
      judge: { endpoint: undefined, tokenFile: undefined },
      maxErrorRate: undefined,
      errorConfidence: 0.95,
      model: 'all-MiniLM-L6-v2',
      customModel: { ...noModel, pooling: 'auto', prefix: undefined, window: 0, dimension: 0 },
      verifier: { ...noModel, label: -1, score: 0.5, below: 1, deadlineMs: 250 },
      modelHub: 'https://huggingface.co',
      mode: 'serve',
      maxEntries: 100_000,
      maxEntryBytes: 1_048_576,
      maxRequestBytes: 10_485_760,
      cacheToolCalls: true,
      phases: {
        fingerprint: { enabled: true, maxEntries: 10_000 },
        nearMiss: { enabled: true, overlap: expect.any(Number) },
        exact: { enabled: true },
        semantic: { enabled: true, deadlineMs: 250, candidates: 5 },
      },
      partitionBy: ['credential'],
      conversation: 'strict',
      tools: { ttlSeconds: 3600, semantic: true, storeFailures: false, policies: new Map() },
      memories: { ttlSeconds: 3600, types: new Map() },
      decisionLog: {
        folder: undefined,
        maxBytes: 16_777_216,
        rotateSeconds: 900,
        maxFiles: 32,
        logPrompts: false,
      },
      store: 'memory://',
      redis: {
        prefix: 'fourfold:',
        usernameFile: undefined,
        passwordFile: undefined,
        sentinelUsernameFile: undefined,
        sentinelPasswordFile: undefined,
        tls: { caFile: undefined, certFile: undefined, keyFile: undefined, serverName: undefined },
        deadlineMs: 50,
        writeDeadlineMs: 1000,
        eviction: 'lru',
        ttlJitter: 0.05,
        stalenessSeconds: 60,
        warmEntries: 1000,
        index: { type: 'auto', m: 12, efConstruction: 200, efRuntime: 128 },
      },
      upstreams: {
        openai: 'https://api.openai.com/v1',
        anthropic: 'https://api.anthropic.com',
        gemini: 'https://generativelanguage.googleapis.com',
      },
      timeouts: { connectSeconds: 10, firstByteSeconds: 600, idleSeconds: 300 },
      drainSeconds: 25,
      host: '127.0.0.1',
      port: 4114,
      adminHost: '0.0.0.0',
      adminPort: 4115,
      adminTokenFile: undefined,
      logLevel: 'info',
    });
  });

  it('are valid values of their own fields', () => {
    for (const [name, node] of fields) {
      if (node.default === undefined) continue;
      const value = name.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), node.default);
      expect(parse(source(value)).faults).toBeUndefined();
    }
  });

  it('are never shared between two results', () => {
    const first = parse().settings?.partitionBy as string[];
    first.push('user');
    expect(parse().settings?.partitionBy).toEqual(['credential']);
  });
});

describe('several sources', () => {
  it('lets the later one win, field by field', () => {
    const { settings } = parse(
      source({
        ttl: '1h',
        phases: { semantic: { deadline: '1s', candidates: 7 }, exact: { enabled: false } },
      }),
      source({ phases: { semantic: { candidates: 9 } }, partitionBy: ['user'] }),
      source({ partitionBy: ['none'] }),
    );
    expect(settings).toMatchObject({
      ttlSeconds: 3600,
      phases: {
        semantic: { deadlineMs: 1000, candidates: 9 },
        exact: { enabled: false },
        nearMiss: { enabled: true },
      },
      partitionBy: ['none'],
    });
  });

  it('finds the faults of a field that another source would win', () => {
    expect(parse(source({ ttl: 'x' }, 'file'), source({ ttl: '1h' }, 'environment')).faults).toEqual([
      'file ttl: expected a duration such as 24h, 10m or 90s, found "x"',
    ]);
  });

  it('names both places of a conflict', () => {
    expect(
      parse(source({ port: 80, adminPort: 81 }, 'file'), source({ adminPort: 80 }, 'environment')).faults,
    ).toEqual(['environment adminPort: expected a port other than that of file port, found 80']);
  });

  it.each([
    { port: 0, adminPort: 0 },
    { port: 80, adminPort: 80, host: '127.0.0.1', adminHost: '127.0.0.2' },
    { port: 80, adminPort: 81 },
  ])('sees no conflict in %j', (value) => {
    expect(parse(source(value)).faults).toBeUndefined();
  });

  it('takes undefined for absent', () => {
    expect(
      parse(source({ ttl: '1h' }), source({ ttl: undefined, phases: undefined })).settings?.ttlSeconds,
    ).toBe(3600);
  });

  it('leaves what it was given unchanged', () => {
    const given = { phases: { semantic: { deadline: '1s' } }, partitionBy: ['header:X-Org'] };
    const before = structuredClone(given);
    parse(source(given), source({ phases: { semantic: { candidates: 1 } } }));
    expect(given).toEqual(before);
  });
});

describe('any value', () => {
  /** Objects whose fields are often ours and whose values are often nearly right. */
  const leaf = fc.oneof(
    fc.anything(),
    fc.constantFrom(
      '24h',
      '1Mi',
      'serve',
      'memory://',
      0.5,
      1,
      4114,
      true,
      null,
      ['credential'],
      'https://x',
    ),
  );
  const near = (depth: number): fc.Arbitrary<unknown> =>
    fc.dictionary(
      fc.oneof(
        fc.string(),
        fc.constantFrom('__proto__', ...[...fields.keys()].flatMap((field) => field.split('.'))),
      ),
      depth === 0 ? leaf : fc.oneof(leaf, near(depth - 1)),
      { maxKeys: 4 },
    );

  it('gives settings or one-line faults, never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), near(2)),
        (value) => {
          const { settings, faults } = parse(source(value));
          if (settings !== undefined) return;
          expect(faults.length).toBeGreaterThan(0);
          for (const fault of faults) expect(fault).toMatch(/(expected|unknown field)/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is accepted exactly when the schema accepts it and nothing conflicts', () => {
    fc.assert(
      fc.property(near(2), (value) => {
        const { faults } = parse(source(value));
        const isConflict = faults?.length === 1 && /expected a port other than/.test(faults[0] ?? '');
        expect(faults === undefined || isConflict).toBe(Value.Check(sidecarConfiguration, value));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('lists of policies', () => {
  const faultsOf = (value: object) => parse({ value, place: (path) => path.join('.') }).faults;

  it('give durations in seconds, and leave out what was not said', () => {
    const { settings } = parse({
      value: {
        tools: {
          policies: [
            { tool: 'search', ttl: '5m' },
            { tool: 'pay', readOnly: false },
          ],
        },
        memories: { types: [{ type: 'episodic', ttl: 60 }] },
      },
      place: (path) => path.join('.'),
    });
    expect(settings?.tools.policies.get('search')).toEqual({ ttlSeconds: 300 });
    expect(settings?.tools.policies.get('pay')).toEqual({ readOnly: false });
    expect(settings?.memories.types.get('episodic')).toBe(60);
  });

  it.each([
    [{ tools: { policies: [{ ttl: '5m' }] } }, 'tools.policies.0: expected tool, a text, found none'],
    [
      { tools: { policies: [{ tool: 'a' }, { tool: 'a' }] } },
      'tools.policies: expected every tool once, found [an object, an object]',
    ],
    [{ tools: { policies: 3 } }, 'tools.policies: expected a list, found 3'],
    [
      { tools: { policies: [{ tool: 'a', readonly: true }] } },
      'tools.policies.0.readonly: unknown field, did you mean tools.policies.0.readOnly?',
    ],
    [
      { memories: { types: [{ type: 'x', ttl: '0s' }] } },
      'memories.types.0.ttl: expected a duration from 1s to 8760h, found "0s"',
    ],
  ])('%j is refused', (value, fault) => {
    expect(faultsOf(value)).toEqual([fault]);
  });
});
