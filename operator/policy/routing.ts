import { annotations } from '../../crds/names.ts';
import { sidecarName } from '../webhook/decide.ts';
import { type Route, routes } from '../webhook/route.ts';
import { text, texts, type Variable } from './cel.ts';

/** Route → what begins the names of its variables. */
export const routeNames: ReadonlyMap<Route, string> = new Map(
  routes.map((route) => [route, route.variables[0]?.split('_')[0]?.toLowerCase() ?? '']),
);

/**
 * The containers that are led to the sidecar, with what is read of each: every field is there. `names` are those of `env`, so
 * that the last entry of a name is found by `lastIndexOf`.
 */
const chosen: Variable = {
  name: 'chosen',
  expression: `variables.all.filter(c, c.name != ${text(sidecarName)} && (!(${text(annotations.containers)} in variables.said)
      || variables.said[${text(annotations.containers)}].split(',').exists(n, n.trim() == c.name)))
    .map(c, {'name': dyn(c.name), 'env': dyn(has(c.env) ? c.env : []), 'names': dyn(has(c.env) ? c.env.map(e, e.name) : []),
      'envFrom': dyn(has(c.envFrom) ? c.envFrom : [])})`,
};

const entry = (name: string): string => `c.env[c.names.lastIndexOf(${name})]`;
const textOf = (name: string): string => `${entry(name)}.?value.orValue('')`;

/** Names of the variables that a text refers to; `$$(NAME)` is the text `$(NAME)`. */
const references = (value: string): string =>
  `${value}.findAll('[$]+[(][^)]+[)]').filter(m, m.indexOf('(') % 2 == 1).map(m, m.substring(m.indexOf('(') + 1, m.size() - 1)).filter(n, n in c.names)`;

/** No variable has this name. */
const tooDeep = '=';

/**
 * The names that a value refers to, each after those that it refers to itself. CEL has no recursion: three steps are
 * followed, and a fourth is told by `tooDeep`.
 */
function referred(value: string, above: readonly string[] = []): string {
  const isNew = above.length === 0 ? '' : `.filter(n, !(n in [${above.join(', ')}]))`;
  const list = `${references(value)}${isNew}`;
  if (above.length === 3) return `${list}.map(n, ${text(tooDeep)})`;
  const name = `n${above.length + 1}`;
  return `${list}.map(${name}, (${referred(textOf(name), [...above, name])} + [${name}]).join('\\n'))`;
}

/** `formerUpstream` and `routingOf` of the webhook, for one provider. */
function ofRoute(route: Route): Variable[] {
  const { variables, address, upstream } = route;
  const name = routeNames.get(route);
  const [former, refers, places, named, key, led] = [
    `${name}Former`,
    `${name}Refers`,
    `${name}Places`,
    `${name}Named`,
    `${name}Place`,
    `${name}Containers`,
  ];
  const fromSources = variables
    .toReversed()
    .map((variable) => {
      const prefix = "s.?prefix.orValue('')";
      const rest = `${text(variable)}.substring(${prefix}.size())`;
      const place = (kind: string, source: string) =>
        `{'name': dyn(${text(upstream)}), 'valueFrom': dyn({${text(kind)}: dyn({'name': dyn(s.${source}.name), 'key': dyn(${rest}), 'optional': dyn(true)})})}`;
      return `c.envFrom.filter(s, ${text(variable)}.startsWith(${prefix}) && ${prefix} != ${text(variable)} && (has(s.configMapRef) || has(s.secretRef)))
        .map(s, dyn(has(s.configMapRef) ? ${place('configMapKeyRef', 'configMapRef')} : ${place('secretKeyRef', 'secretRef')}))`;
    })
    .join('\n      + ');
  const isUpstream = `e.name == ${text(upstream)}`;
  return [
    {
      name: former,
      expression: `variables.chosen.map(c, ${texts(variables)}.filter(n, n in c.names).map(n, ${entry('n')})
      .filter(e, has(e.valueFrom) || (has(e.value) && e.value != '' && e.value != ${text(address)})))`,
    },
    {
      name: refers,
      expression: `variables.chosen.transformList(i, c, variables.${former}[i].size() == 0 ? ['']
      : ${referred(`variables.${former}[i][0].?value.orValue('')`)}.join('\\n').split('\\n'))`,
    },
    {
      name: places,
      expression: `variables.chosen.transformList(i, c, variables.${former}[i].size() == 0 ? ${fromSources}
      : has(variables.${former}[i][0].valueFrom)
        ? [dyn({'name': dyn(${text(upstream)}), 'valueFrom': dyn(variables.${former}[i][0].valueFrom)})]
        : variables.${refers}[i].filter(n, n in c.names).map(n, ${entry('n')})
          + [dyn({'name': dyn(${text(upstream)}), 'value': dyn(variables.${former}[i][0].value)})])`,
    },
    { name: named, expression: `variables.${places}.filter(p, p.size() > 0)` },
    {
      name: key,
      expression: `variables.own.size() == 0 ? (variables.${named}.size() == 0 ? [] : variables.${named}[0])
      : (variables.${named}.filter(p, p.filter(e, ${isUpstream}) == variables.own[0].env.filter(e, ${isUpstream}))
        + [variables.own[0].env.filter(e, ${isUpstream})])[0]`,
    },
    {
      name: led,
      expression: `variables.chosen.transformList(i, c, variables.${places}[i] == variables.${key}
        || ${texts(variables)}.all(n, n in c.names && ${textOf('n')} == ${text(address)}), string(c.name))`,
    },
  ];
}

const each = (of: (name: string) => string): string => [...routeNames.values()].map(of).join(' || ');

export const routing: readonly Variable[] = [
  chosen,
  ...routes.flatMap(ofRoute),
  {
    name: 'differ',
    expression: `variables.own.size() == 0 && (${each((name) => `variables.${name}Named.exists(p, p != variables.${name}Named[0])`)})`,
  },
  {
    name: 'tooDeep',
    expression: each((name) => `variables.${name}Refers.exists(l, ${text(tooDeep)} in l)`),
  },
];
