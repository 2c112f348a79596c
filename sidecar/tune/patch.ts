import { stringify } from 'yaml';
import { apiVersion, kind } from '../../crds/names.ts';

/** The part of a SemanticCache that has these values. */
export function patchOf({ threshold, overlap }: { threshold: number; overlap?: number | undefined }) {
  return { spec: { threshold, ...(overlap === undefined ? {} : { phases: { nearMiss: { overlap } } }) } };
}

/** The same as YAML, for a repository, and as the command that sets it. `name`: of the resource. */
export function instructions(
  values: { threshold: number; overlap?: number | undefined },
  { name, namespace }: { name: string; namespace: string | undefined },
): string {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const yaml = stringify({ apiVersion, kind, metadata, ...patchOf(values) });
  const at = namespace === undefined ? '' : ` -n ${namespace}`;
  const variables = [
    `FOURFOLD_THRESHOLD=${values.threshold}`,
    ...(values.overlap === undefined ? [] : [`FOURFOLD_OVERLAP=${values.overlap}`]),
  ];
  return `${yaml}
kubectl${at} patch scache/${name} --type merge -p '${JSON.stringify(patchOf(values))}'

Without a cluster: ${variables.join(' ')}
`;
}
