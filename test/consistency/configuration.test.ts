import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { environment, otherVariables, readEnvironment } from '../../crds/environment.ts';
import { fields, restartFields } from '../../crds/node.ts';
import { parse } from '../../crds/parse.ts';
import { operatorVariables } from '../../operator/settings.ts';
import { readDocument } from '../../sidecar/config/document.ts';
import { defaultOverlap } from '../../sidecar/lookup/overlap.ts';
import { modelNames } from '../../sidecar/models/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const reference = read('docs/reference.md');

const known = new Set([
  ...Object.values(environment),
  ...Object.keys(otherVariables),
  ...Object.values(operatorVariables),
]);
/** The first words that a family of variables shares name none of them: `FOURFOLD_OPERATOR_*`. */
const isFamily = (name: string) => [...known].some((each) => each.startsWith(`${name}_`)) && !known.has(name);
const variablesIn = (text: string) =>
  new Set((text.match(/\bFOURFOLD_[A-Z_]*[A-Z]/g) ?? []).filter((name) => !isFamily(name)));

it('tells every variable in the reference, and no other', () => {
  expect([...variablesIn(reference)].toSorted()).toEqual([...known].toSorted());
});

it('tells every field in the reference, once', () => {
  const [, section = ''] =
    /<!-- generated: configuration -->([\s\S]*?)<!-- \/generated -->/.exec(reference) ?? [];
  const told = [...section.matchAll(/^\| `([\w.]+)`/gm)].map(([, field]) => field);
  expect(told).toEqual([...fields.keys()]);
});

it('gives every variable one field', () => {
  expect(new Set(Object.values(environment)).size).toBe(Object.keys(environment).length);
  for (const name of Object.keys(environment)) expect(fields.has(name)).toBe(true);
});

it('describes every field in one sentence', () => {
  for (const [name, { description }] of fields) expect(description, name).toMatch(/^\S.*\.$/);
});

it('knows every variable that the code and the scripts read', () => {
  // These hold others on purpose: misspelt ones, and those that Kubernetes sets.
  const files = globSync(['*.ts', 'package.json', '{crds,sidecar,operator,test}/**/*.ts'], {
    cwd: root,
  }).filter(
    (path) =>
      !/^(crds\/environment|test\/(unit\/(crds|sidecar\/config|operator)|consistency|http\/configuration)[/.])/.test(
        path,
      ),
  );
  expect(files.length).toBeGreaterThan(50);
  const unknown = files.flatMap((path) => [...variablesIn(read(path))].filter((name) => !known.has(name)));
  expect(unknown).toEqual([]);
});

it('offers exactly the models that the sidecar has', () => {
  expect(fields.get('model')?.enum).toEqual(modelNames);
});

it('asks for a restart exactly where the running process cannot follow', () => {
  expect(restartFields.toSorted()).toEqual([
    'adminHost',
    'adminPort',
    'adminTokenFile',
    'customModel.dimension',
    'customModel.file',
    'customModel.folder',
    'customModel.pooling',
    'customModel.prefix',
    'customModel.repository',
    'customModel.sha256',
    'customModel.window',
    'decisionLog.folder',
    'decisionLog.maxBytes',
    'decisionLog.maxFiles',
    'decisionLog.rotate',
    'host',
    'model',
    'modelHub',
    'phases.fingerprint.maxEntries',
    'port',
    'redis.deadline',
    'redis.eviction',
    'redis.index.efConstruction',
    'redis.index.efRuntime',
    'redis.index.m',
    'redis.index.type',
    'redis.passwordFile',
    'redis.prefix',
    'redis.sentinelPasswordFile',
    'redis.sentinelUsernameFile',
    'redis.staleness',
    'redis.tls.caFile',
    'redis.tls.certFile',
    'redis.tls.keyFile',
    'redis.tls.serverName',
    'redis.ttlJitter',
    'redis.usernameFile',
    'redis.warmEntries',
    'redis.writeDeadline',
    'store',
    'verifier.file',
    'verifier.folder',
    'verifier.label',
    'verifier.repository',
    'verifier.sha256',
  ]);
});

it('starts with the overlap that was measured', () => {
  expect(parse().settings?.phases.nearMiss.overlap).toBe(defaultOverlap);
});

it('has a setting for every field', () => {
  const names = (value: object, path: string[] = []): string[] =>
    Object.entries(value).flatMap(([name, child]) =>
      typeof child === 'object' && child !== null && !Array.isArray(child) && !(child instanceof Map)
        ? names(child, [...path, name])
        : [[...path, name.replace(/(Seconds|Ms)$/, '')].join('.')],
    );
  expect(names(parse().settings ?? {}).toSorted()).toEqual([...fields.keys()].toSorted());
});

it('shows in the reference a configuration that is one', () => {
  const blocks = [...reference.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) expect(faultsOf(block)).toEqual([]);
});

it('shows in the reference faults as they are', () => {
  const shown = /```text\n(fourfold.yaml:[\s\S]*?)\n```/.exec(reference)?.[1];
  const faults = faultsOf('# ours\nthreshold: 1.5\nmax_entries: 5\n', { FOURFOLD_TTL: 'tomorrow' });
  expect(shown?.split('\n')).toEqual(faults);
});

function faultsOf(file: string, env = {}): readonly string[] {
  const document = readDocument('fourfold.yaml', new TextEncoder().encode(file));
  if (document.source === undefined) return document.faults;
  return parse(document.source, readEnvironment(env).source).faults ?? [];
}
