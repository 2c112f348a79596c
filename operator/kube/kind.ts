/** A kind of object, and where the API server keeps it. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

/** The path of a kind's collection in a namespace, or in all of them; or of one object there. */
export function pathOf(
  { apiVersion, plural }: Kind,
  place: { namespace?: string | undefined; name?: string; subresource?: string } = {},
): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = place.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(place.namespace)}`;
  const name = place.name === undefined ? '' : `/${encodeURIComponent(place.name)}`;
  const subresource = place.subresource === undefined ? '' : `/${place.subresource}`;
  return `${root}${namespace}/${plural}${name}${subresource}`;
}

/** `apps/StatefulSet`: how logs, metrics and maps name a kind. */
export const nameOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }): string =>
  apiVersion.includes('/') ? `${apiVersion.split('/', 1)[0]}/${kind}` : kind;

/** The API group: empty for the core. */
export const groupOf = ({ apiVersion }: { apiVersion: string }): string =>
  apiVersion.includes('/') ? (apiVersion.split('/', 1)[0] ?? '') : '';
