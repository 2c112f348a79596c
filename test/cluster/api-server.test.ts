import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, apiServerIsHere, startApiServer } from '../support/kubernetes/index.ts';

/** The rig that every other test of this directory stands on. */
describe.skipIf(!apiServerIsHere())('a real API server', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer({ audit: true, watchCache: false });
  });
  afterAll(() => server?.stop());

  const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  const configMaps = '/api/v1/namespaces/default/configmaps';

  it('serves kubectl', async () => {
    expect(await server.kubectl(['get', 'namespace', 'default', '-o', 'name'])).toBe('namespace/default\n');
    await expect(server.kubectl(['get', 'namespace', 'nobody'])).rejects.toThrow('"nobody" not found');
  });

  it('asks RBAC: a service account may nothing that it was not given', async () => {
    await server.kubectl(['create', 'serviceaccount', 'guest']);
    const token = await server.tokenOf({ namespace: 'default', name: 'guest' });
    const { status, body } = await server.request(configMaps, { token });
    expect([status, body.reason]).toEqual([403, 'Forbidden']);
    const kubeconfig = await server.kubeconfigFor(token);
    await expect(server.kubectl(['get', 'configmaps'], { kubeconfig })).rejects.toThrow(
      'system:serviceaccount:default:guest',
    );
  });

  it('enforces the restricted Pod Security level', async () => {
    await server.kubectl(['create', 'namespace', 'strict']);
    await server.kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted']);
    const pod = { metadata: { name: 'loose' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const { status, body } = await server.request('/api/v1/namespaces/strict/pods', {
      method: 'POST',
      body: pod,
    });
    expect([status, body.message]).toEqual([403, expect.stringContaining('violates PodSecurity')]);
  });

  it('keeps its data over a kill, and its address', async () => {
    await server.request(configMaps, { method: 'POST', body: configMap('kept') });
    await server.kill();
    await expect(server.request(configMaps)).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect((await server.request(`${configMaps}/kept`)).status).toBe(200);
  });

  it('answers nothing while it is paused', async () => {
    server.pause();
    const late = server.request(configMaps);
    const first = await Promise.race([late, new Promise((resolve) => setTimeout(resolve, 500, 'silence'))]);
    expect(first).toBe('silence');
    server.resume();
    expect((await late).status).toBe(200);
  });

  it('refuses a watch from before the compaction with 410', async () => {
    const { body: before } = await server.request(configMaps);
    await server.request(configMaps, { method: 'POST', body: configMap('after') });
    await server.compact();
    const from = before.metadata.resourceVersion;
    const { body } = await server.request(
      `${configMaps}?watch=true&resourceVersion=${from}&timeoutSeconds=5`,
    );
    expect([body.type, body.object.code]).toEqual(['ERROR', 410]);
  });

  it('tells in the audit log who asked what', async () => {
    const posts = (await server.audit()).filter(
      ({ verb, user }) => verb === 'create' && user.username === 'admin',
    );
    expect(posts.map(({ objectRef }) => objectRef?.name)).toContain('kept');
  });
});

describe.skipIf(!apiServerIsHere())('with what a test asks for', () => {
  it('mutating admission policies', async () => {
    const server = await startApiServer({ mutatingAdmissionPolicies: true });
    try {
      const kinds = await server.kubectl([
        'api-resources',
        '--api-group',
        'admissionregistration.k8s.io',
        '-o',
        'name',
      ]);
      expect(kinds).toContain('mutatingadmissionpolicies.admissionregistration.k8s.io');
      expect(kinds).toContain('validatingadmissionpolicies.admissionregistration.k8s.io');
    } finally {
      await server.stop();
    }
  });

  it('controllers: what is owned goes with its owner', async () => {
    const server = await startApiServer({ controllers: ['garbage-collector-controller'] });
    try {
      const configMaps = '/api/v1/namespaces/default/configmaps';
      const owner = { metadata: { name: 'owner' } };
      const { body } = await server.request(configMaps, { method: 'POST', body: owner });
      const ownerReferences = [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: body.metadata.uid },
      ];
      await server.request(configMaps, {
        method: 'POST',
        body: { metadata: { name: 'owned', ownerReferences } },
      });
      await server.request(`${configMaps}/owner`, { method: 'DELETE' });
      await expect
        .poll(async () => (await server.request(`${configMaps}/owned`)).status, { timeout: 30_000 })
        .toBe(404);
    } finally {
      await server.stop();
    }
  });
});
