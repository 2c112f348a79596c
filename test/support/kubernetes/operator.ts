import { install, usualInstallation } from '../../../cdk8s/install/index.ts';

/** What `charts/install.yaml` installs, with the images of this tree; the Deployment is `operatorName`. */
export function operatorObjects(namespace: string): object[] {
  const { images } = usualInstallation;
  const objects = install({
    ...usualInstallation,
    namespace,
    images: {
      ...images,
      operator: 'localhost/fourfold-operator:1',
      sidecar: 'localhost/fourfold-sidecar:1',
    },
  });
  // The namespace is made by whoever uses it.
  return objects.filter((each) => (each as { kind: string }).kind !== 'Namespace');
}

export const operatorName = usualInstallation.name;
