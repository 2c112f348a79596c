import type { Operation } from 'fast-json-patch';
import type { Container } from '../pod.ts';
import { isRouted, routes, type Way, wayOf } from '../route.ts';
import type { Plan, Rule } from '../rule.ts';

/** The variables that the official SDKs read lead to the sidecar. Where they led before, the sidecar has from `container`. */
export const routed: Rule = {
  name: 'routed',
  apply({ spec }, plan) {
    const of = (list: 'initContainers' | 'containers') =>
      (spec[list] ?? []).flatMap((each, at) => variables(each, plan, `/spec/${list}/${at}`));
    return [...of('initContainers'), ...of('containers')];
  },
};

function variables(container: Container, { routing }: Plan, path: string): Operation[] {
  const settings = routes
    .filter((route) => routing.containers.get(route)?.includes(container.name))
    .map((route) => wayOf(container, route))
    .flatMap((way) => way.variables.map((name) => ({ name, way })));
  const list: Operation[] =
    container.env === undefined ? [{ op: 'add', path: `${path}/env`, value: [] }] : [];
  const changes = settings.flatMap(({ name, way }) => routedVariable(container, name, way, path));
  return changes.length === 0 ? [] : [...list, ...changes];
}

/** A variable that is there keeps its place: those after it may refer to it. */
function routedVariable({ env = [] }: Container, name: string, way: Way, path: string): Operation[] {
  const value = { name, value: way.address };
  const places = env.flatMap((each, at) => (each.name === name ? [at] : []));
  if (places.length === 0) return [{ op: 'add', path: `${path}/env/-`, value }];
  return places
    .filter((at) => !isRouted(env[at] as { name: string }, way))
    .map((at) => ({ op: 'replace', path: `${path}/env/${at}`, value }));
}
