import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fields, restartFields } from '../../../../crds/node.ts';
import type { Settings } from '../../../../crds/settings.ts';
import { loadSettings } from '../../../../sidecar/config/load.ts';
import { type Watcher, watchSettings } from '../../../../sidecar/config/watch.ts';

let folder: string;
let file: string;
let watcher: Watcher | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-watch-'));
  file = join(folder, 'fourfold.yaml');
});
afterEach(async () => {
  watcher?.close();
  await rm(folder, { recursive: true });
});

/** At once: a file that is written in place is empty for a moment. */
async function put(content: string): Promise<void> {
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

/** A watched configuration, and everything that was said about it. */
async function watch(env: Record<string, string> = {}) {
  const all = { FOURFOLD_CONFIG: file, ...env };
  const initial = await loadSettings(all);
  const state = {
    settings: initial,
    changes: [] as { changed: readonly string[]; needsRestart: readonly string[] }[],
    rejected: [] as (readonly string[])[],
  };
  watcher = watchSettings({
    env: all,
    initial,
    interval: 20,
    onChange(settings: Settings, changed, needsRestart) {
      state.settings = settings;
      state.changes.push({ changed, needsRestart });
    },
    onRejected: (faults) =>
      void state.rejected.push(faults.map((fault) => fault.replaceAll(`${folder}/`, ''))),
  });
  await watcher.reread();
  return state;
}

const soon = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

describe('a change of the file', () => {
  it('is taken over and named', async () => {
    await put('threshold: 0.9\nttl: 24h\n');
    const state = await watch();
    await put('threshold: 0.95\nttl: 86400\nphases: {semantic: {deadline: 100ms}}\n');
    await soon(() =>
      expect(state.changes).toEqual([
        { changed: ['threshold', 'phases.semantic.deadline'], needsRestart: [] },
      ]),
    );
    expect(state.settings).toMatchObject({ threshold: 0.95, phases: { semantic: { deadlineMs: 100 } } });
    expect(state.rejected).toEqual([]);
  });

  it('is compared with what runs, not with what once was', async () => {
    await put('threshold: 0.9');
    const state = await watch();
    for (const content of ['threshold: 0.95', 'threshold: 0.95\nttl: 1h', 'threshold: 0.9\nttl: 1h']) {
      await put(content);
      await watcher?.reread();
    }
    expect(state.changes.map(({ changed }) => changed)).toEqual([['threshold'], ['ttl'], ['threshold']]);
    expect(state.settings).toMatchObject({ threshold: 0.9, ttlSeconds: 3600 });
  });

  it('falls back to the default where a field is gone', async () => {
    await put('threshold: 0.95\npartitionBy: [user]\n');
    const state = await watch();
    await put('{}');
    await soon(() => expect(state.changes[0]?.changed).toEqual(['threshold', 'partitionBy']));
    expect(state.settings).toMatchObject({ threshold: 0.9, partitionBy: ['credential'] });
  });

  it('does not win over the environment', async () => {
    await put('threshold: 0.9');
    const state = await watch({ FOURFOLD_THRESHOLD: '0.99' });
    await put('threshold: 0.8\nttl: 1h');
    await soon(() => expect(state.changes).toHaveLength(1));
    expect(state.changes[0]?.changed).toEqual(['ttl']);
    expect(state.settings.threshold).toBe(0.99);
  });

  it('is not missed between the first load and the first look', async () => {
    await put('threshold: 0.9');
    const initial = await loadSettings({ FOURFOLD_CONFIG: file });
    await put('threshold: 0.8');
    const onChange = vi.fn();
    watcher = watchSettings({
      env: { FOURFOLD_CONFIG: file },
      initial,
      onChange,
      onRejected: vi.fn(),
      interval: 60_000,
    });
    await soon(() => expect(onChange).toHaveBeenCalledOnce());
  });

  it('is silent where nothing changes', async () => {
    await put('threshold: 0.9');
    const state = await watch();
    await put('# a comment\nthreshold: 0.90\n');
    await utimes(file, 1, 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(state.changes).toEqual([]);
  });

  it('follows the swap of symbolic links by which a mounted ConfigMap changes', async () => {
    const publish = async (version: string, content: string) => {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'fourfold.yaml'), content);
      await symlink(version, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await publish('..2026_1', 'threshold: 0.91');
    await symlink(join('..data', 'fourfold.yaml'), file);
    const state = await watch();
    expect(state.settings.threshold).toBe(0.91);
    await publish('..2026_2', 'threshold: 0.92');
    await soon(() => expect(state.settings.threshold).toBe(0.92));
    await rm(join(folder, '..2026_1'), { recursive: true });
    await publish('..2026_3', 'threshold: 0.93');
    await soon(() => expect(state.settings.threshold).toBe(0.93));
    expect(state.rejected).toEqual([]);
  });
});

describe('a bad re-read', () => {
  it('keeps the last good settings, and the next good one is taken', async () => {
    await put('threshold: 0.95');
    const state = await watch();
    await put('threshold: 95\nttl: 1h');
    await soon(() =>
      expect(state.rejected).toEqual([
        ['fourfold.yaml:1 threshold: expected a number greater than 0 and at most 1, found 95'],
      ]),
    );
    expect(state.settings).toMatchObject({ threshold: 0.95, ttlSeconds: 86_400 });
    expect(state.changes).toEqual([]);
    await utimes(file, 1, 1);
    await watcher?.reread();
    expect(state.rejected, 'the same is told once').toHaveLength(1);
    await put('threshold: 0.96\nttl: 1h');
    await soon(() => expect(state.settings).toMatchObject({ threshold: 0.96, ttlSeconds: 3600 }));
  });

  it('is a file that was deleted, until it is back', async () => {
    await put('threshold: 0.95');
    const state = await watch();
    await rm(file);
    await soon(() =>
      expect(state.rejected).toEqual([['fourfold.yaml: expected a readable file, found no such file']]),
    );
    expect(state.settings.threshold).toBe(0.95);
    await put('threshold: 0.97');
    await soon(() => expect(state.settings.threshold).toBe(0.97));
  });

  it('is a file that is half written, until it is whole', async () => {
    await writeFile(file, '{"threshold": 0.95}');
    const state = await watch();
    await writeFile(file, '{"threshold": 0.96, "phases": {"exa');
    await soon(() => expect(state.rejected.length).toBeGreaterThan(0));
    expect(state.settings.threshold).toBe(0.95);
    await writeFile(file, '{"threshold": 0.96, "phases": {"exact": {"enabled": false}}}');
    await soon(() =>
      expect(state.settings).toMatchObject({ threshold: 0.96, phases: { exact: { enabled: false } } }),
    );
  });

  it('is an empty file, as a writer leaves it for a moment', async () => {
    await writeFile(file, 'threshold: 0.95');
    const state = await watch();
    await writeFile(file, '');
    await soon(() => expect(state.rejected).toHaveLength(1));
    expect(state.settings.threshold).toBe(0.95);
  });
});

describe('a field that needs a restart', () => {
  it('keeps its running value and is reported apart', async () => {
    await put('store: memory://\nport: 4114');
    const state = await watch();
    await put('store: memory:///data\nport: 5000\nttl: 1h');
    await soon(() => expect(state.changes).toEqual([{ changed: ['ttl'], needsRestart: ['store', 'port'] }]));
    expect(state.settings).toMatchObject({ store: 'memory://', port: 4114, ttlSeconds: 3600 });
  });

  it('is reported once while it waits, and once more when it no longer does', async () => {
    await put('logLevel: info');
    const state = await watch();
    await put('adminHost: 127.0.0.1');
    await soon(() => expect(state.changes).toEqual([{ changed: [], needsRestart: ['adminHost'] }]));
    await watcher?.reread();
    expect(state.changes).toHaveLength(1);
    await put('logLevel: info');
    await soon(() => expect(state.changes[1]).toEqual({ changed: [], needsRestart: [] }));
  });

  it('is any of these, and no other', async () => {
    await put('{}');
    const state = await watch();
    const token = join(folder, 'token');
    await writeFile(token, 't');
    await writeFile(
      file,
      JSON.stringify({
        ...{
          threshold: 0.8,
          allowLowerThreshold: true,
          ttl: '1h',
          stale: { ifError: 1, whileRevalidate: 1 },
          replay: 'original',
          exclude: { secrets: false, personalData: false, timeSensitive: true, words: ['a'] },
          limits: { requestsPerMinute: 1, streams: 1 },
          policy: { endpoint: 'http://p', sampleRate: 0.5, tokenFile: token },
          auditSampleRate: '5%',
          judge: { endpoint: 'http://j', tokenFile: token },
          maxErrorRate: '1%',
          errorConfidence: '90%',
          decisionLog: { logPrompts: true },
          verifier: { score: 0.7, below: 0.9, deadline: 1 },
          mode: 'off',
          maxEntries: 1,
          maxEntryBytes: 1,
        },
        ...{ maxRequestBytes: 1, cacheToolCalls: false, partitionBy: ['user'], conversation: 'lastTurn' },
        phases: {
          fingerprint: { enabled: false, maxEntries: 1 },
          nearMiss: { enabled: false, overlap: 0.1 },
          exact: { enabled: false },
          semantic: { enabled: false, deadline: 1, candidates: 1 },
        },
        upstreams: { openai: 'http://a', anthropic: 'http://b', gemini: 'http://c' },
        tools: { ttl: 1, semantic: false, storeFailures: true, policies: [{ tool: 'search' }] },
        memories: { ttl: 1, types: [{ type: 'episodic', ttl: 1 }] },
        timeouts: { connect: 1, firstByte: 1, idle: 1 },
        ...{
          store: 'memory:///d',
          host: '::1',
          port: 1,
          adminHost: '::1',
          adminPort: 2,
          adminTokenFile: token,
        },
        ...{ logLevel: 'warn', drain: 1 },
      }),
    );
    await soon(() => expect(state.changes).toHaveLength(1));
    expect(state.changes[0]?.needsRestart.toSorted()).toEqual(
      [
        'store',
        'host',
        'port',
        'adminHost',
        'adminPort',
        'adminTokenFile',
        'phases.fingerprint.maxEntries',
      ].toSorted(),
    );
    expect(state.changes[0]?.changed).toHaveLength(fields.size - restartFields.length);
    expect(state.settings.adminTokenFile).toBeUndefined();
  });
});

describe('the watcher', () => {
  it('says nothing after it is closed', async () => {
    await put('threshold: 0.9');
    const state = await watch();
    watcher?.close();
    await put('threshold: 0.8');
    await watcher?.reread();
    await put('threshold: 8');
    await watcher?.reread();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(state).toMatchObject({ changes: [], rejected: [] });
  });

  it('has nothing to watch without a file', async () => {
    const onChange = vi.fn();
    const initial = await loadSettings({});
    watcher = watchSettings({ env: {}, initial, onChange, onRejected: onChange });
    await watcher.reread();
    expect(onChange).not.toHaveBeenCalled();
  });

  it('goes on when taking settings over fails', async () => {
    await put('threshold: 0.9');
    const rejected: (readonly string[])[] = [];
    const onChange = vi.fn().mockImplementationOnce(() => {
      throw new Error('no');
    });
    const env = { FOURFOLD_CONFIG: file };
    watcher = watchSettings({
      env,
      initial: await loadSettings(env),
      interval: 20,
      onChange,
      onRejected: (f) => void rejected.push(f),
    });
    await put('threshold: 0.8');
    await soon(() => expect(rejected).toEqual([['configuration: could not be taken over (no)']]));
    await put('threshold: 0.85');
    await soon(() => expect(onChange).toHaveBeenCalledTimes(2));
  });
});
