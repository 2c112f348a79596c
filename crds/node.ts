import { sidecarConfiguration } from './sidecar.ts';

/** What a walk over the configuration schema reads of each node: the JSON Schema words that the fields use. */
export interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[] | undefined;
  readonly items?: Node;
  /** What the reference page says in the column of allowed values, where the words above do not. */
  readonly range?: string;
  readonly restart?: boolean;
  readonly secret?: boolean;
}

export type Path = readonly string[];

export const configurationNode = sidecarConfiguration as Node;

/** Every field that is no group, in the order of the schema. */
export const fields: ReadonlyMap<string, Node> = new Map(leaves(configurationNode, []));

export function leaves(node: Node, path: Path): [string, Node][] {
  if (node.properties === undefined) return [[path.join('.'), node]];
  return Object.entries(node.properties).flatMap(([name, child]) => leaves(child, [...path, name]));
}

/** Fields that take effect at the next start only. */
export const restartFields: readonly string[] = [...fields]
  .filter(([, node]) => node.restart)
  .map(([name]) => name);
