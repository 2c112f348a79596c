import { ApiObject, type ApiObjectProps } from 'cdk8s';
import { policies } from '../../operator/policy/policies.ts';
import type { InstallObject } from './install.ts';

/** What injects pods without a webhook; the operator writes what it reads. */
export const policy: InstallObject = (chart, { namespace, watchNamespaces, policy: wanted }) => {
  if (wanted === undefined) return;
  for (const object of policies({ namespace, watchNamespaces, ...wanted }) as (ApiObjectProps & {
    metadata: { name: string };
  })[])
    new ApiObject(chart, `${object.kind}-${object.metadata.name}`, object);
};
