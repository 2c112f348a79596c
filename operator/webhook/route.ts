import type { Container, EnvFrom, EnvVar } from './pod.ts';

/** One provider, as applications name its base URL and as the sidecar does. */
export interface Route {
  /** Variables that the official SDKs read. */
  readonly variables: readonly string[];
  /** What they say from now on. */
  readonly address: string;
  /** The sidecar's variable for where requests go on to. */
  readonly upstream: string;
}

export const routes: readonly Route[] = [
  {
    variables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    address: 'http://127.0.0.1:4114/v1',
    upstream: 'FOURFOLD_OPENAI_UPSTREAM',
  },
  {
    variables: ['ANTHROPIC_BASE_URL'],
    address: 'http://127.0.0.1:4114',
    upstream: 'FOURFOLD_ANTHROPIC_UPSTREAM',
  },
  {
    variables: ['GOOGLE_GEMINI_BASE_URL'],
    address: 'http://127.0.0.1:4114',
    upstream: 'FOURFOLD_GEMINI_UPSTREAM',
  },
];

/**
 * Where a container sent its requests so far, as variables for the sidecar: empty where it said nothing. A value that
 * refers to other variables (`$(HOST)`) brings those along. What comes from `envFrom` is not known here, so each of its
 * sources is asked for that one key; a source without it changes nothing.
 */
export function formerUpstream(container: Container, route: Route): readonly EnvVar[] {
  const { env = [], envFrom = [] } = container;
  for (const name of route.variables) {
    const own = env.findLast((each) => each.name === name);
    if (own === undefined || isRouted(own, route)) continue;
    if (own.valueFrom !== undefined) return [{ name: route.upstream, valueFrom: own.valueFrom }];
    if (own.value) return [...referred(own.value, env), { name: route.upstream, value: own.value }];
  }
  return route.variables
    .toReversed()
    .flatMap((name) => envFrom.flatMap((source) => keyOf(source, name, route)));
}

export const isRouted = ({ value }: EnvVar, { address }: Route): boolean => value === address;

function keyOf(source: EnvFrom, name: string, { upstream }: Route): EnvVar[] {
  const { prefix = '', configMapRef, secretRef } = source;
  if (!name.startsWith(prefix)) return [];
  const key = name.slice(prefix.length);
  if (key === '') return [];
  if (configMapRef !== undefined)
    return [
      { name: upstream, valueFrom: { configMapKeyRef: { name: configMapRef.name, key, optional: true } } },
    ];
  if (secretRef !== undefined)
    return [{ name: upstream, valueFrom: { secretKeyRef: { name: secretRef.name, key, optional: true } } }];
  return [];
}

/** The variables that a value refers to, those first that others refer to. */
function referred(value: string, env: readonly EnvVar[], seen: ReadonlySet<string> = new Set()): EnvVar[] {
  const names = [...value.matchAll(/(\$+)\(([^)]+)\)/g)]
    // `$$(NAME)` is the text `$(NAME)`.
    .filter(([, dollars = '']) => dollars.length % 2 === 1)
    .map(([, , name = '']) => name)
    .filter((name) => !seen.has(name));
  return names.flatMap((name) => {
    const variable = env.findLast((each) => each.name === name);
    if (variable === undefined) return [];
    return [...referred(variable.value ?? '', env, new Set([...seen, name])), variable];
  });
}
