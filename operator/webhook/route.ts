import type { Container, EnvFrom, EnvVar } from './pod.ts';

/** Variables that lead an SDK somewhere, and what they say from now on. */
export interface Way {
  readonly variables: readonly string[];
  readonly address: string;
}

/** One provider, as applications name its base URL and as the sidecar does. `variables` are those that the official SDKs read. */
export interface Route extends Way {
  /** The sidecar's variable for where requests go on to. */
  readonly upstream: string;
  /** A container that sets this in its `env` is led by it alone. */
  readonly instead?: Way;
}

export const routes: readonly Route[] = [
  {
    variables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    address: 'http://127.0.0.1:4114/v1',
    upstream: 'FOURFOLD_OPENAI_UPSTREAM',
    // `AzureOpenAI` reads `OPENAI_BASE_URL` before its own endpoint: a container of Azure's must not have it from us.
    instead: { variables: ['AZURE_OPENAI_ENDPOINT'], address: 'http://127.0.0.1:4114' },
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

/** By which variables a container is led. */
export function wayOf({ env = [] }: Container, { instead, ...route }: Route): Way {
  const isSet = instead?.variables.some((name) => env.some((each) => each.name === name && says(each)));
  return instead !== undefined && isSet ? instead : route;
}

/**
 * Where a container sent its requests so far, as variables for the sidecar: empty where it said nothing; of several that
 * are there the last one counts. A value that refers to other variables (`$(HOST)`) brings those along. What comes from
 * `envFrom` is not known here, so each of its sources is asked for that one key; a source without it changes nothing.
 */
export function formerUpstream(container: Container, route: Route): readonly EnvVar[] {
  const { env = [], envFrom = [] } = container;
  const way = wayOf(container, route);
  const places: EnvVar[] = [];
  for (const name of way.variables) {
    const own = formerVariable(env, name, way);
    if (own !== undefined) return [...asUpstream(own, route, container), ...places];
    places.unshift(...envFrom.flatMap((source) => keyOf(source, name, route.upstream)));
  }
  return places;
}

/** Whether it says itself where its requests go, rather than perhaps in one of its `envFrom`. */
export function namesUpstream(container: Container, route: Route): boolean {
  const way = wayOf(container, route);
  return way.variables.some((name) => formerVariable(container.env ?? [], name, way) !== undefined);
}

/** The variable of that name where it says something else than we do. */
function formerVariable(env: readonly EnvVar[], name: string, way: Way): EnvVar | undefined {
  const own = env.findLast((each) => each.name === name);
  return own !== undefined && says(own) && !isRouted(own, way) ? own : undefined;
}

const says = ({ value, valueFrom }: EnvVar): boolean => valueFrom !== undefined || Boolean(value);

export const isRouted = ({ value }: EnvVar, { address }: Way): boolean => value === address;

function asUpstream({ value, valueFrom }: EnvVar, { upstream: name }: Route, container: Container): EnvVar[] {
  if (valueFrom !== undefined) return [{ name, valueFrom }];
  return value === undefined ? [] : [...referred(value, container), { name, value }];
}

/** The variable `name` of a container, as the variable `wanted` of the sidecar. */
function keyOf({ prefix = '', configMapRef, secretRef }: EnvFrom, name: string, wanted: string): EnvVar[] {
  if (!name.startsWith(prefix)) return [];
  const key = name.slice(prefix.length);
  if (key === '') return [];
  if (configMapRef !== undefined)
    return [
      { name: wanted, valueFrom: { configMapKeyRef: { name: configMapRef.name, key, optional: true } } },
    ];
  if (secretRef !== undefined)
    return [{ name: wanted, valueFrom: { secretKeyRef: { name: secretRef.name, key, optional: true } } }];
  return [];
}

/** The variables that a value refers to, those first that others refer to; what `env` lacks may come by `envFrom`. */
function referred(value: string, container: Container, seen: ReadonlySet<string> = new Set()): EnvVar[] {
  const { env = [], envFrom = [] } = container;
  const names = [...value.matchAll(/(\$+)\(([^)]+)\)/g)]
    // `$$(NAME)` is the text `$(NAME)`.
    .filter(([, dollars = '']) => dollars.length % 2 === 1)
    .map(([, , name = '']) => name)
    .filter((name) => !seen.has(name));
  return names.flatMap((name) => {
    const variable = env.findLast((each) => each.name === name);
    if (variable === undefined) return envFrom.flatMap((source) => keyOf(source, name, name));
    return [...referred(variable.value ?? '', container, new Set([...seen, name])), variable];
  });
}
