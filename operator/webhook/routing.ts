import type { Container, EnvVar, Pod } from './pod.ts';
import { formerUpstream, isRouted, namesUpstream, type Route, routes, wayOf } from './route.ts';

/** Which containers are led to the sidecar, and where it sends their requests on. */
export interface Routing {
  /** Variables of the sidecar, those first that others refer to. */
  readonly upstreams: readonly EnvVar[];
  /** Names of containers, by route. */
  readonly containers: ReadonlyMap<Route, readonly string[]>;
}

/**
 * A sidecar sends the requests of one route to one place. Where one container names a place, only those that name the
 * same are routed: the key of another would else go to a provider that it was not meant for. Where two containers name two
 * places, a word; another one where no container names one, and it is only that their `envFrom` differ. `sidecar` is ours
 * where the pod has it already; then its places stand.
 */
export function routingOf(
  containers: readonly Container[],
  sidecar: Container | undefined,
): Routing | 'upstreams-differ' | 'sources-differ' {
  const upstreams: EnvVar[] = [];
  let isUnclear = false;
  const routed = new Map<Route, readonly string[]>();
  for (const route of routes) {
    const places = containers.map((each) => ({ name: each.name, place: formerUpstream(each, route) }));
    const distinct = new Map(places.map(({ place }) => [JSON.stringify(place), place]));
    const named = [...distinct.entries()].filter(([, place]) => place.length > 0);
    if (sidecar === undefined && named.length > 1) {
      if (containers.some((each) => namesUpstream(each, route))) return 'upstreams-differ';
      isUnclear = true;
    }
    const [key, place] =
      sidecar === undefined ? (named[0] ?? [JSON.stringify([]), []]) : placeOf(sidecar, route, named);
    upstreams.push(...place);
    const those = containers.filter(
      (each, at) => isRoutedAll(each, route) || JSON.stringify(places[at]?.place) === key,
    );
    routed.set(
      route,
      those.map(({ name }) => name),
    );
  }
  return isUnclear ? 'sources-differ' : { upstreams, containers: routed };
}

/** What the sidecar of an earlier call has, as one of the places that containers name. */
function placeOf(
  { env = [] }: Container,
  { upstream }: Route,
  named: readonly (readonly [string, readonly EnvVar[]])[],
): readonly [string, readonly EnvVar[]] {
  const own = JSON.stringify(env.filter(({ name }) => name === upstream));
  const same = named.find(
    ([, place]) => JSON.stringify(place.filter(({ name }) => name === upstream)) === own,
  );
  return same ?? [own, []];
}

/** Led to the sidecar by an earlier call. */
function isRoutedAll(container: Container, route: Route): boolean {
  const way = wayOf(container, route);
  return way.variables.every((name) => {
    const variable = container.env?.findLast((each) => each.name === name);
    return variable !== undefined && isRouted(variable, way);
  });
}

export const allContainers = ({ spec }: Pod): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];
