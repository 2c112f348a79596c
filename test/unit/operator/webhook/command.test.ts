import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { injectCommand } from '../../../../operator/webhook/command.ts';

const folder = await mkdtemp(join(tmpdir(), 'fourfold-inject-'));
afterAll(() => rm(folder, { recursive: true }));

const pod = `apiVersion: v1
kind: Pod
metadata: {name: app, annotations: {fourfold.dev/inject: support}}
spec: {containers: [{name: app, image: app:1}]}
`;

async function run(cache: string | undefined, ...args: string[]) {
  const file = join(folder, 'cache.yaml');
  if (cache !== undefined) await writeFile(file, cache);
  let text = '';
  const lines: string[] = [];
  const code = await injectCommand(['-f', '-', ...(cache === undefined ? [] : ['--cache', file]), ...args], {
    stdin: Readable.from([pod]),
    write: (written) => {
      text += written;
    },
    complain: (line) => lines.push(...line.split('\n').map((each) => each.replace(file, 'FILE'))),
  });
  return { code, text, lines };
}

const cache = (metadata: string, spec: string) =>
  `apiVersion: fourfold.dev/v1alpha1\nkind: SemanticCache\nmetadata: ${metadata}\nspec: ${spec}\n`;

it('a cache stands in its file among other objects and empty documents, and may say nothing of itself', async () => {
  const beside = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: support}\n';
  const { code, text, lines } = await run(
    `---\n${cache('{name: support, namespace: shop}', '')}---\n${beside}---\n`,
  );
  expect({ code, lines }).toEqual({ code: 0, lines: ['Pod app: injected, cache support'] });
  expect(text).toContain('support-redis.shop.svc');
});

it.each([
  [
    'nothing of the kind',
    cache('{name: support}', '{}').replace('kind: ', 'kind: Not'),
    ['expected a SemanticCache, found none'],
  ],
  ['what is no YAML', 'a: [', [expect.stringContaining('Flow sequence'), '', 'a: [', '    ^', '']],
  [
    'credentials, which are not repeated',
    cache('{name: support}', '{redis: {external: {url: "rediss://u:secret@h:1"}}}'),
    [
      'SemanticCache support: spec.redis.external.url: expected no credentials, which belong into the Secret that secretRef names, found "rediss://***@h:1"',
    ],
  ],
  [
    'an address that is none',
    cache('{name: support}', '{redis: {external: {url: "http://h"}}}'),
    [expect.stringContaining('spec.redis.external.url: expected redis://')],
  ],
  [
    'less than the sidecar works with',
    cache('{name: support}', '{sidecar: {resources: {limits: {memory: 1}}}}'),
    [
      'SemanticCache support: spec.sidecar.resources.limits.memory: expected an amount of at least 128Mi, found 1',
    ],
  ],
  [
    'what is no image',
    cache('{name: support}', '{sidecar: {image: "my registry/sidecar"}}'),
    ['SemanticCache support: spec.sidecar.image: expected an image, found "my registry/sidecar"'],
  ],
  [
    'a field that does not exist',
    cache('{name: support}', '{treshold: 0.9}'),
    ['SemanticCache support: spec.treshold: unknown field, did you mean threshold?'],
  ],
])('--cache with %s is a fault that names the file, and nothing is written', async (_, text, faults) => {
  const { lines, ...rest } = await run(text, '-n', 'shop');
  expect(rest).toEqual({ code: 2, text: '' });
  expect(lines.map((line) => line.replace('--cache FILE: ', ''))).toEqual(faults);
  expect(lines[0]).toMatch(/^--cache FILE: /);
});

it('-f with what is no YAML is a fault that names the file and the line in it', async () => {
  const [good, bad] = ['good.yaml', 'bad.yaml'].map((name) => join(folder, name)) as [string, string];
  await writeFile(good, pod);
  await writeFile(bad, 'kind: Pod\nmetadata: [\n');
  const { code, text, lines } = await run(undefined, '-f', good, '-f', bad);
  expect({ code, text }).toEqual({ code: 2, text: '' });
  expect(lines[0]).toMatch(`-f ${bad}: Flow sequence`);
  expect(lines[0]).toContain('at line 3');
});

it('-n takes the name of a namespace', async () => {
  expect((await run(undefined, '-n', 'shop')).text).toContain('support-redis.shop.svc');
  expect(await run(undefined, '-n', 'a b')).toEqual({
    code: 2,
    text: '',
    lines: ['-n: expected the name of a namespace, found "a b"'],
  });
});

it('--image takes an image', async () => {
  const image = 'registry.example.com:5000/team/sidecar:1.2@sha256:abc';
  expect((await run(undefined, '-n', 'shop', '--image', image)).text).toContain(`image: ${image}`);
  for (const wrong of ['a b', ''])
    expect(await run(undefined, '-n', 'shop', '--image', wrong)).toEqual({
      code: 2,
      text: '',
      lines: [`--image: expected an image, found ${JSON.stringify(wrong)}`],
    });
});
