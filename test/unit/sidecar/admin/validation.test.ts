import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { schemaController } from '../../../../sidecar/admin/validation.ts';

const body = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    list: Type.Optional(Type.Array(Type.Object({ id: Type.Integer() }, { additionalProperties: false }))),
  },
  { additionalProperties: false },
);

test.each([
  [{ name: 'a', list: [{ id: 1 }] }, undefined],
  [{}, 'required '],
  [null, 'type '],
  [{ name: 1 }, 'type /name'],
  [{ name: '1', list: [{ id: 1 }, { id: '1' }] }, 'type /list/1/id'],
  [{ name: '1', list: [{ id: 1, more: 1 }] }, 'additionalProperties /list/0'],
  [{ name: '1', more: null }, 'additionalProperties '],
  ['{"name": "1", "__proto__": {}}', 'additionalProperties '],
])('%j: %s', async (payload, fault) => {
  const app = Fastify({ schemaController });
  // Ours to judge, whatever it is called
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_: unknown, text: string) => JSON.parse(text));
  app.setErrorHandler(({ validation }: { validation: { keyword: string; instancePath: string }[] }) => {
    const [first] = validation;
    return { fault: `${first?.keyword} ${first?.instancePath}` };
  });
  app.post('/', { schema: { body } }, async (request) => ({ taken: request.body }));
  const sent = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = { 'content-type': 'application/json' };
  const answer = (await app.inject({ method: 'POST', url: '/', headers, payload: sent })).json();
  expect(answer).toEqual(fault === undefined ? { taken: payload } : { fault });
});

test('neither Ajv nor a writer of answers is loaded', { timeout: 30_000 }, async () => {
  const here = new URL('../../../../sidecar/admin/validation.ts', import.meta.url);
  const program = `
    import { createRequire } from 'node:module';
    import Fastify from 'fastify';
    import { schemaController } from '${here}';
    const app = Fastify({ schemaController });
    app.post('/', { schema: { body: { type: 'object' } } }, async () => 'answer');
    await app.ready();
    console.log(Object.keys(createRequire('${here}').cache).join('\\n'));`;
  const cwd = new URL('../../../..', import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd,
  });
  expect(stdout).toContain('/node_modules/fastify/');
  expect(stdout).not.toMatch(/node_modules\/(ajv\/|fast-json-stringify\/index)/);
});
