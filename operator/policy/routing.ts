import { annotations } from '../../crds/names.ts';
import { sidecarName } from '../webhook/decide.ts';
import { type Route, routes, type Way } from '../webhook/route.ts';
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
const textOf = (name: string): string => `(${name} in c.names ? ${entry(name)}.?value.orValue('') : '')`;
const says = (variable: string): string =>
  `(has(${variable}.valueFrom) || has(${variable}.value) && ${variable}.value != '')`;

/** Names of the variables that a text refers to, and a container may have; `$$(NAME)` is the text `$(NAME)`. */
const references = (value: string): string =>
  `${value}.findAll('[$]+[(][^)]+[)]').filter(m, m.indexOf('(') % 2 == 1).map(m, m.substring(m.indexOf('(') + 1, m.size() - 1)).filter(n, n in c.names || c.envFrom.size() > 0)`;

/** No variable has this name. */
const tooDeep = '=';

/**
 * The names that a value refers to, each after those that it refers to itself. CEL has no recursion: three steps are
 * followed, and a fourth is told by `tooDeep`.
 */
function referred(value: string, above: readonly string[] = []): string {
  const isNew = above.length === 0 ? '' : `.filter(n, !(n in [${above.join(', ')}]))`;
  const list = `${references(value)}${isNew}`;
  if (above.length === 3) return `${list}.map(n, n in c.names ? ${text(tooDeep)} : ${inSources('n')})`;
  const name = `n${above.length + 1}`;
  const followed = `(${referred(textOf(name), [...above, name])} + [${name}]).join('\\n')`;
  return `${list}.map(${name}, ${name} in c.names ? ${followed} : ${inSources(name)})`;
}

/** Whether a source of `envFrom` may hold the variable `name`. */
const mayHold = (name: string): string =>
  `${name}.startsWith(s.?prefix.orValue('')) && s.?prefix.orValue('') != ${name} && (has(s.configMapRef) || has(s.secretRef))`;

/** A reference to what comes by `envFrom`, as one line for each source that may hold it: `1=HOST` is HOST in the second. */
const inSources = (name: string): string =>
  `c.envFrom.transformList(at, s, ${mayHold(name)}, string(at) + '=' + ${name}).join('\\n')`;

/** The key of the source `s` that holds the variable `name`, as the variable `wanted`: both are expressions. */
function keyOf(name: string, wanted: string): string {
  const rest = `${name}.substring(s.?prefix.orValue('').size())`;
  const place = (kind: string, source: string) =>
    `{'name': dyn(${wanted}), 'valueFrom': dyn({${text(kind)}: dyn({'name': dyn(s.${source}.name), 'key': dyn(${rest}), 'optional': dyn(true)})})}`;
  return `dyn(has(s.configMapRef) ? ${place('configMapKeyRef', 'configMapRef')} : ${place('secretKeyRef', 'secretRef')})`;
}

/** The variables that the lines of `referred` stand for. */
const linesOf = (lines: string): string =>
  `${lines}.filter(n, n in c.names || n.indexOf('=') > 0).map(n, n in c.names ? dyn(${entry('n')})
          : [c.envFrom[int(n.substring(0, n.indexOf('=')))]].map(s, ${keyOf("n.substring(n.indexOf('=') + 1)", "n.substring(n.indexOf('=') + 1)")})[0])`;

/** `formerUpstream` and `routingOf` of the webhook, for one provider. */
function ofRoute(route: Route): Variable[] {
  const { upstream, instead } = route;
  const name = routeNames.get(route);
  const [otherwise, former, refers, places, named, key, led] = [
    `${name}Instead`,
    `${name}Former`,
    `${name}Refers`,
    `${name}Places`,
    `${name}Named`,
    `${name}Place`,
    `${name}Containers`,
  ];
  /** One expression of the way by which the container `c` is led. */
  const byWay = (of: (way: Way) => string): string =>
    instead === undefined ? of(route) : `(c.name in variables.${otherwise} ? ${of(instead)} : ${of(route)})`;
  const isInstead = instead?.variables.map((n) => `c.env.exists(e, e.name == ${text(n)} && ${says('e')})`);
  /** Those of `envFrom` that are asked: of the variables before the first that the container itself says. */
  const fromSources = (way: Way) =>
    way.variables
      .map((variable, at) => {
        const before = way.variables.slice(0, at + 1);
        const isSaid = `variables.${former}[i].exists(e, e.name in ${texts(before)})`;
        return `(${isSaid} ? [] : c.envFrom.filter(s, ${mayHold(text(variable))}).map(s, ${keyOf(text(variable), text(upstream))}))`;
      })
      .toReversed()
      .join('\n      + ');
  const isUpstream = `e.name == ${text(upstream)}`;
  return [
    ...(isInstead === undefined
      ? []
      : [
          {
            name: otherwise,
            expression: `variables.chosen.filter(c, ${isInstead.join(' || ')}).map(c, string(c.name))`,
          },
        ]),
    {
      name: former,
      expression: `variables.chosen.map(c, ${byWay(
        ({ variables, address }) =>
          `${texts(variables)}.filter(n, n in c.names).map(n, ${entry('n')}).filter(e, ${says('e')} && e.?value.orValue('') != ${text(address)})`,
      )})`,
    },
    {
      name: refers,
      expression: `variables.chosen.transformList(i, c, variables.${former}[i].size() == 0 ? ['']
      : ${referred(`variables.${former}[i][0].?value.orValue('')`)}.join('\\n').split('\\n'))`,
    },
    {
      name: places,
      expression: `variables.chosen.transformList(i, c, (variables.${former}[i].size() == 0 ? []
      : has(variables.${former}[i][0].valueFrom)
        ? [dyn({'name': dyn(${text(upstream)}), 'valueFrom': dyn(variables.${former}[i][0].valueFrom)})]
        : ${linesOf(`variables.${refers}[i]`)}
          + [dyn({'name': dyn(${text(upstream)}), 'value': dyn(variables.${former}[i][0].value)})])
      + ${byWay(fromSources)})`,
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
        || ${byWay(({ variables, address }) => `${texts(variables)}.all(n, ${textOf('n')} == ${text(address)})`)}, string(c.name))`,
    },
  ];
}

const each = (of: (name: string) => string): string => [...routeNames.values()].map(of).join(' || ');
const isSplit = (name: string): string => `variables.${name}Named.exists(p, p != variables.${name}Named[0])`;
const isSaid = (name: string): string => `variables.${name}Former.exists(f, f.size() > 0)`;

export const routing: readonly Variable[] = [
  chosen,
  ...routes.flatMap(ofRoute),
  {
    name: 'differ',
    expression: `variables.own.size() == 0 && (${each((name) => `${isSplit(name)} && ${isSaid(name)}`)})`,
  },
  // Only that the sources of `envFrom` are others.
  { name: 'unclear', expression: `variables.own.size() == 0 && (${each(isSplit)})` },
  {
    name: 'tooDeep',
    expression: each((name) => `variables.${name}Refers.exists(l, ${text(tooDeep)} in l)`),
  },
];
