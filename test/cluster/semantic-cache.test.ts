import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, apiServerIsHere, startApiServer } from '../support/kubernetes/index.ts';
import { bad, changes, good } from './semantic-cache.cases.ts';

const crdFile = fileURLToPath(new URL('../../crds/fourfold.dev_semanticcaches.yaml', import.meta.url));
const caches = '/apis/fourfold.dev/v1alpha1/namespaces/default/semanticcaches';
const resource = (spec?: object, name = 'support') => ({
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name },
  ...(spec === undefined ? {} : { spec }),
});

describe.skipIf(!apiServerIsHere())('SemanticCache on a real API server', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer();
    await server.kubectl(['apply', '-f', crdFile]);
    await server.kubectl(['wait', '--for=condition=Established', 'crd/semanticcaches.fourfold.dev']);
  });
  afterAll(() => server?.stop());

  const post = (body: object, query = 'fieldValidation=Strict&dryRun=All') =>
    server.request(`${caches}?${query}`, { method: 'POST', body });

  it('is a definition that Argo CD and kubectl can keep in an annotation', () => {
    expect(readFileSync(crdFile).byteLength).toBeLessThan(100_000);
  });

  it('has a schema that the API server calls structural', async () => {
    const { body } = await server.request(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/semanticcaches.fourfold.dev',
    );
    const conditions = Object.fromEntries(
      body.status.conditions.map(({ type, status }: { type: string; status: string }) => [type, status]),
    );
    expect(conditions).toMatchObject({ Established: 'True', NamesAccepted: 'True' });
    expect(conditions).not.toHaveProperty('NonStructuralSchema');
  });

  it.each(good)('takes %s', async (_, spec) => {
    const { status, body } = await post(resource(spec));
    expect([status, body.message]).toEqual([201, undefined]);
  });

  it.each(bad)('refuses %s', async (_, spec, message) => {
    const { status, body } = await post(resource(spec));
    expect(body.message).toContain(message);
    expect([400, 422]).toContain(status);
  });

  for (const [what, before, after, message] of changes)
    it(`${message === undefined ? 'takes' : 'refuses'} the change: ${what}`, async () => {
      const name = 'changing';
      await server.request(`${caches}/${name}`, { method: 'DELETE' });
      const created = await post(resource(before, name), '');
      expect(created.status).toBe(201);
      const { resourceVersion } = created.body.metadata;
      const next = { ...resource(after, name), metadata: { name, resourceVersion } };
      const { status, body } = await server.request(`${caches}/${name}`, { method: 'PUT', body: next });
      if (message === undefined) expect([status, body.message]).toEqual([200, undefined]);
      else expect([status, body.message]).toEqual([422, expect.stringContaining(message)]);
    });
});
