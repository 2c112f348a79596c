import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateOf } from '../credentials.ts';
import { type Asked, request } from '../http.ts';
import { type Place, placeOf, readLink } from './place.ts';

/**
 * Gives claims of the class `standard` a folder of the node, takes it away when the claim is gone, and lets claims grow:
 * what a cloud's provisioner does, looked at twice a second. Run by the cluster as a process of its own.
 */
export const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'standard',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'fourfold.dev/folder',
  volumeBindingMode: 'Immediate',
  allowVolumeExpansion: true,
  reclaimPolicy: 'Delete',
};

interface Claim {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status: { readonly capacity?: { readonly storage: string } };
}

interface Volume {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly persistentVolumeReclaimPolicy: string;
    readonly hostPath?: { readonly path: string };
  };
  readonly status: { readonly phase: string };
}

export async function provisionOnce(ask: Ask, folder: string): Promise<void> {
  const claims = (await ask('/api/v1/persistentvolumeclaims')).items as Claim[];
  for (const claim of claims.filter(({ spec }) => spec.storageClassName === storageClass.metadata.name)) {
    const wanted = claim.spec.resources.requests.storage;
    if (claim.spec.volumeName === undefined) await provision(ask, claim, folder);
    else if (claim.status.capacity && claim.status.capacity.storage !== wanted)
      await grow(ask, claim, wanted);
  }
  const volumes = (await ask('/api/v1/persistentvolumes')).items as Volume[];
  for (const { metadata, spec, status } of volumes) {
    const ours =
      spec.storageClassName === storageClass.metadata.name && spec.hostPath?.path.startsWith(folder);
    if (!ours || status.phase !== 'Released' || spec.persistentVolumeReclaimPolicy !== 'Delete') continue;
    await rm(spec.hostPath?.path ?? '', { recursive: true, force: true });
    await ask(`/api/v1/persistentvolumes/${metadata.name}`, { method: 'DELETE' });
  }
}

async function provision(ask: Ask, claim: Claim, folder: string): Promise<void> {
  const { name, namespace, uid } = claim.metadata;
  const path = join(folder, `${namespace}-${name}-${uid.slice(0, 8)}`);
  // No fsGroup is applied to a folder of the node; whichever user the pod runs as must be able to write.
  await mkdir(path, { recursive: true });
  await chmod(path, 0o777);
  const volume = {
    metadata: { name: `pvc-${uid}` },
    spec: {
      storageClassName: storageClass.metadata.name,
      capacity: { storage: claim.spec.resources.requests.storage },
      accessModes: claim.spec.accessModes,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      hostPath: { path, type: 'Directory' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
    },
  };
  await ask('/api/v1/persistentvolumes', { method: 'POST', body: volume });
}

async function grow(ask: Ask, claim: Claim, storage: string): Promise<void> {
  const { name, namespace } = claim.metadata;
  const volume = `/api/v1/persistentvolumes/${claim.spec.volumeName}`;
  await ask(volume, { method: 'PATCH', body: { spec: { capacity: { storage } } } });
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}/status`;
  await ask(path, { method: 'PATCH', body: { status: { capacity: { storage } } } });
}

// biome-ignore lint/suspicious/noExplicitAny: read by the interfaces above
type Ask = (path: string, asked?: Asked) => Promise<any>;

async function asker(place: Place): Promise<Ask> {
  const link = await readLink(place);
  const access = {
    server: `https://${link?.node}:6443`,
    ca: await readFile(certificateOf(place.folder), 'utf8'),
    token: (await readFile(join(place.folder, 'certs/tokens.csv'), 'utf8')).split(',')[0] ?? '',
  };
  return async (path, asked) => {
    const { status, body } = await request(access, path, asked);
    // Somebody else made it, or took it away, since we looked.
    if (status >= 400 && status !== 409 && status !== 404)
      throw new Error(`${path}: ${status} ${body.message}`);
    return body;
  };
}

if (import.meta.main) {
  const place = placeOf(process.argv[2] ?? '');
  const ask = await asker(place);
  for (;;) {
    await provisionOnce(ask, join(place.folder, 'volumes')).catch((error) => console.error(error.message));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
