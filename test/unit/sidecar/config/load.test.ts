import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../../../crds/environment.ts';
import { semanticCacheSpec } from '../../../../crds/semantic-cache.ts';
import { beginningSettings, ConfigurationError, loadSettings } from '../../../../sidecar/config/load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-load-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string | Uint8Array, name = 'fourfold.yaml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The faults, with the test's own folder left out. */
async function faultsOf(env: Record<string, string>): Promise<string[]> {
  const error = await loadSettings(env).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as ConfigurationError).faults.map((fault) => fault.replaceAll(`${folder}/`, ''));
}

describe('precedence', () => {
  it('takes defaults, then the file, then the environment', async () => {
    const FOURFOLD_CONFIG = await file(
      'ttl: 1h\nthreshold: 0.8\nphases: {nearMiss: {overlap: 0.6, enabled: false}}',
    );
    const settings = await loadSettings({
      FOURFOLD_CONFIG,
      FOURFOLD_THRESHOLD: '0.95',
      FOURFOLD_OVERLAP: '0.7',
    });
    expect(settings).toMatchObject({
      mode: 'serve',
      ttlSeconds: 3600,
      threshold: 0.95,
      phases: { nearMiss: { overlap: 0.7, enabled: false } },
    });
  });

  it('needs neither file nor variable', async () => {
    expect(await loadSettings({})).toMatchObject({ threshold: 0.9, store: 'memory://' });
  });

  it('reads JSON as well', async () => {
    const FOURFOLD_CONFIG = await file('{"mode": "shadow", "maxEntries": 5}', 'fourfold.json');
    expect(await loadSettings({ FOURFOLD_CONFIG })).toMatchObject({ mode: 'shadow', maxEntries: 5 });
  });
});

describe('a SemanticCache resource', () => {
  const resource = (spec: string) =>
    `apiVersion: fourfold.dev/v1alpha1\nkind: SemanticCache\nmetadata: {name: support}\nspec:\n${spec}`;

  it('gives its spec, without what only the operator reads', async () => {
    const FOURFOLD_CONFIG = await file(
      resource(
        '  ttl: 2h\n  replicas: 3\n  redis: {image: x}\n  sidecar: {image: y, upstreams: {openai: "http://localhost:1"}}\n',
      ),
    );
    expect(await loadSettings({ FOURFOLD_CONFIG })).toMatchObject({
      ttlSeconds: 7200,
      upstreams: { openai: 'http://localhost:1', anthropic: 'https://api.anthropic.com' },
    });
  });

  it('is read as the API server gives it back, every default written out', async () => {
    const spec = Value.Default(semanticCacheSpec as TSchema, {
      deletionPolicy: 'Retain',
      upstreams: { openai: 'http://one/v1', anthropic: 'http://two' },
      redis: { deadline: '20ms', storage: { size: '1Gi' } },
      sidecar: { logLevel: 'warn', upstreams: { openai: 'http://three/v1' } },
    });
    const FOURFOLD_CONFIG = await file(JSON.stringify({ kind: 'SemanticCache', spec }), 'cache.json');
    expect(await loadSettings({ FOURFOLD_CONFIG })).toMatchObject({
      logLevel: 'warn',
      upstreams: { openai: 'http://three/v1', anthropic: 'http://two' },
      redis: { deadlineMs: 20, prefix: 'fourfold:' },
    });
  });

  it('names faults by their place in the resource', async () => {
    const FOURFOLD_CONFIG = await file(
      resource('  ttl: soon\n  stroe: x\n  sidecar:\n    upstreams: {openai: nowhere}\n'),
    );
    expect(await faultsOf({ FOURFOLD_CONFIG })).toEqual([
      'fourfold.yaml:5 spec.ttl: expected a duration such as 24h, 10m or 90s, found "soon"',
      'fourfold.yaml:6 spec.stroe: unknown field, did you mean store?',
      'fourfold.yaml:8 spec.sidecar.upstreams.openai: expected an http or https URL, found "nowhere"',
    ]);
  });
});

describe('faults', () => {
  it('come all at once: of the file, of unknown variables, of variables', async () => {
    const FOURFOLD_CONFIG = await file('# ours\n\nthreshold: 1.5\nthresold: 0.9\n');
    expect(await faultsOf({ FOURFOLD_CONFIG, FOURFOLD_TTL: 'tomorrow', FOURFOLD_TLL: '1h' })).toEqual([
      'FOURFOLD_TLL: unknown environment variable, did you mean FOURFOLD_TTL?',
      'fourfold.yaml:3 threshold: expected a number greater than 0 and at most 1, found 1.5',
      'fourfold.yaml:4 thresold: unknown field, did you mean threshold?',
      'FOURFOLD_TTL: expected a duration such as 24h, 10m or 90s, found "tomorrow"',
    ]);
  });

  it('of the environment are found beside a file that cannot be read', async () => {
    expect(await faultsOf({ FOURFOLD_CONFIG: join(folder, 'missing.yaml'), FOURFOLD_MODE: 'x' })).toEqual([
      'missing.yaml: expected a readable file, found no such file',
      'FOURFOLD_MODE: expected serve, shadow or off, found "x"',
    ]);
  });

  it('have their own line for every file that is none', async () => {
    await mkdir(join(folder, 'directory'));
    await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);
    await symlink('loop', join(folder, 'loop'));
    await file('x'.repeat(2 ** 20 + 1), 'large');
    const found = async (name: string) => faultsOf({ FOURFOLD_CONFIG: join(folder, name) });
    expect(await found('directory')).toEqual([
      'directory: expected a readable file, found something else than a file',
    ]);
    expect(await found('pipe')).toEqual(['pipe: expected a readable file, found something else than a file']);
    expect(await found('loop')).toEqual([
      'loop: expected a readable file, found a symbolic link that leads nowhere',
    ]);
    expect(await found('large/x')).toEqual(['large/x: expected a readable file, found no such file']);
    expect(await found('large')).toEqual(['large: expected a readable file, found more than 1Mi']);
    expect(await found('a\0b')).toEqual(['a\\u{0}b: expected a readable file, found a path that is none']);
    expect(await found('x'.repeat(300))).toEqual([
      `${'x'.repeat(300)}: expected a readable file, found a path that is too long`,
    ]);
    expect(await faultsOf({ FOURFOLD_CONFIG: '' })).toEqual([
      'FOURFOLD_CONFIG: expected the path of a YAML or JSON file, found ""',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('name a file without permission', async () => {
    const FOURFOLD_CONFIG = await file('ttl: 1h', 'closed');
    await chmod(FOURFOLD_CONFIG, 0);
    expect(await faultsOf({ FOURFOLD_CONFIG })).toEqual([
      'closed: expected a readable file, found one without permission to read',
    ]);
  });

  it('name a token file that cannot be read, and never its path', async () => {
    const token = 'hunter2';
    expect(await faultsOf({ FOURFOLD_ADMIN_TOKEN_FILE: token })).toEqual([
      'FOURFOLD_ADMIN_TOKEN_FILE: expected the path of a readable file, found no such file',
    ]);
    const FOURFOLD_CONFIG = await file(`adminTokenFile: ${token}`);
    expect(await faultsOf({ FOURFOLD_CONFIG })).toEqual([
      'fourfold.yaml:1 adminTokenFile: expected the path of a readable file, found no such file',
    ]);
    expect(
      await loadSettings({ FOURFOLD_CONFIG, FOURFOLD_ADMIN_TOKEN_FILE: await file('t', 'token') }),
    ).toMatchObject({
      adminTokenFile: join(folder, 'token'),
    });
  });

  it('make the message of the error', async () => {
    await expect(loadSettings({ FOURFOLD_MODE: 'x', FOURFOLD_PORT: 'x' })).rejects.toThrow(
      'FOURFOLD_MODE: expected serve, shadow or off, found "x"\nFOURFOLD_PORT: expected a whole number from 0 to 65535, found "x"',
    );
  });
});

it('throws ConfigurationError for any file and environment, and nothing else', async () => {
  const variable = fc.constantFrom(...Object.values(environment), 'FOURFOLD_X', 'FOURFOLD___proto__');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('1', '0', '24h', 'serve', '::1', 'true'),
  );
  const content = fc.oneof(fc.uint8Array(), fc.json(), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.dictionary(variable, text, { maxKeys: 5 }), content, async (env, bytes) => {
      const FOURFOLD_CONFIG = await file(typeof bytes === 'string' ? bytes : Uint8Array.from(bytes), 'any');
      await loadSettings({ ...env, FOURFOLD_CONFIG }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ConfigurationError);
        expect((error as ConfigurationError).faults.length).toBeGreaterThan(0);
        for (const fault of (error as ConfigurationError).faults) expect(fault).not.toMatch(/\p{Cc}/u);
      });
    }),
    { numRuns: 500 },
  );
});

describe('a base URL that leads back to the sidecar', () => {
  const expected = 'expected a base URL other than that of this sidecar, found';

  it.each<[url: string, more?: Record<string, string>]>([
    ['http://127.0.0.1:4114/v1'],
    ['http://localhost:4114'],
    ['http://LOCALHOST:4114/openai/v1/'],
    ['http://[::1]:4114/v1'],
    ['http://0.0.0.0:80', { FOURFOLD_PORT: '80' }],
    ['http://localhost:4200', { FOURFOLD_HOST: '0.0.0.0', FOURFOLD_PORT: '4200' }],
    ['http://cache.shop:4114/v1', { FOURFOLD_HOST: 'cache.shop' }],
  ])('%s is a fault, for each provider', async (url, more) => {
    for (const provider of ['OPENAI', 'ANTHROPIC', 'GEMINI']) {
      const name = `FOURFOLD_${provider}_UPSTREAM`;
      const fault = await loadSettings({ ...more, [name]: url }).catch((error) => error.faults);
      expect(fault).toEqual([`${name}: ${expected} ${JSON.stringify(url)}`]);
    }
  });

  it('is named by its place in a file', async () => {
    const path = await file('ttl: 1h\nupstreams:\n  openai: http://localhost:4114/v1');
    await expect(loadSettings({ FOURFOLD_CONFIG: path })).rejects.toThrow(
      `${path}:3 upstreams.openai: ${expected} "http://localhost:4114/v1"`,
    );
  });

  it.each<[url: string, more?: Record<string, string>]>([
    ['http://127.0.0.1:4115/v1'],
    ['https://127.0.0.1:4114/v1'],
    ['http://localhost'],
    ['http://10.0.0.7:4114/v1'],
    ['http://localhost:4114', { FOURFOLD_HOST: '10.0.0.7' }],
    ['http://localhost:4114', { FOURFOLD_PORT: '0' }],
  ])('%s does not %o', async (url, more) => {
    const { upstreams } = await loadSettings({ ...more, FOURFOLD_OPENAI_UPSTREAM: url });
    expect(upstreams.openai).toBe(url);
  });

  it('does not keep a pod from starting: requests that would go there are answered with what is wrong', async () => {
    const url = 'http://localhost:4114/v1';
    const path = await file(`upstreams: {openai: "${url}"}\nfieldOfTomorrow: 7`);
    const pod = { FOURFOLD_CONFIG_OPTIONAL: 'true', FOURFOLD_ANTHROPIC_UPSTREAM: url };
    expect((await loadSettings(pod)).upstreams).toMatchObject({
      openai: 'https://api.openai.com/v1',
      anthropic: 'unusable: FOURFOLD_ANTHROPIC_UPSTREAM: expected a base URL other than that of this sidecar',
    });
    const { settings } = await beginningSettings({ ...pod, FOURFOLD_CONFIG: path });
    expect(settings.upstreams.openai).toMatch(/^unusable: .*:1 upstreams\.openai: expected /);
  });
});

describe('in a pod', () => {
  const absent = () => ({
    FOURFOLD_CONFIG: join(folder, 'later.yaml'),
    FOURFOLD_CONFIG_OPTIONAL: 'true',
    FOURFOLD_ADMIN_TOKEN_FILE: join(folder, 'later-token'),
  });

  it('starts with what is there, and reads the rest when it comes', async () => {
    expect(await loadSettings(absent())).toMatchObject({ threshold: 0.9 });
    await file('threshold: 0.7', 'later.yaml');
    expect(await loadSettings(absent())).toMatchObject({ threshold: 0.7 });
  });

  it('K18: begins with a file that it does not understand wholly, and only forwards, to where the file says', async () => {
    const upstreams = 'upstreams: {openai: "https://gateway.example/v1"}';
    await file(`mode: serve\nttl: 1h\nfieldOfTomorrow: 7\n${upstreams}`, 'later.yaml');
    const { settings, faults = [] } = await beginningSettings({ ...absent(), FOURFOLD_MODE: 'serve' });
    expect(settings).toMatchObject({
      mode: 'off',
      ttlSeconds: 3600,
      upstreams: { openai: 'https://gateway.example/v1' },
    });
    expect(faults.map((fault) => fault.split(',')[0])).toEqual([
      `${folder}/later.yaml:3 fieldOfTomorrow: unknown field`,
    ]);
    expect(await beginningSettings({ ...absent(), FOURFOLD_CONFIG_OPTIONAL: '' }).catch(String)).toContain(
      'fieldOfTomorrow',
    );
  });

  it.each([
    ['where requests go is not clear', 'upstreams: {openai: nowhere}'],
    ['it is no YAML', 'mode: ['],
    ['it is of another kind', '- mode'],
  ])('does not begin with a file of which %s', async (_, content) => {
    await file(content, 'later.yaml');
    await expect(beginningSettings(absent())).rejects.toBeInstanceOf(ConfigurationError);
  });

  it('begins with a good file as it is', async () => {
    await file('mode: shadow', 'later.yaml');
    const { settings, faults } = await beginningSettings(absent());
    expect(settings.mode).toBe('shadow');
    expect(faults).toBeUndefined();
  });
});
