/** One Kubernetes object of a manifest. */
export interface KubernetesObject {
  /** From the root of the document. */
  readonly path: readonly string[];
  readonly value: Readonly<Record<string, unknown>>;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Undefined where whoever applies it says so. */
  readonly namespace: string | undefined;
}

/** The objects of a document: itself, or the items of a List. */
export function objectsIn(value: unknown, path: readonly string[] = []): KubernetesObject[] {
  if (!isObject(value)) return [];
  if (Array.isArray(value.items))
    return value.items.flatMap((item, at) => objectsIn(item, [...path, 'items', String(at)]));
  const { apiVersion, kind } = value;
  const { name, namespace } = isObject(value.metadata) ? value.metadata : {};
  return [
    {
      path,
      value,
      apiVersion: String(apiVersion),
      kind: String(kind),
      name: String(name),
      namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
    },
  ];
}

/** What stands at a path, or undefined. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((outer, name) => (isObject(outer) ? outer[name] : undefined), value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
