import { cacheFields } from './configuration.ts';
import { environment, otherVariables } from './environment.ts';
import { allowed } from './expected.ts';
import { fields, leaves, type Node } from './node.ts';
import { ownRedis, semanticCacheSpec } from './semantic-cache.ts';

/** The generated parts of docs/reference.md that the schema knows, in Markdown. */

export function configurationTable(): string {
  const rows = [...fields].map(([name, node]) => [
    `\`${name}\``,
    code(environment[name]),
    allowedValues(node),
    defaultOf(node),
    node.restart ? 'restart' : 'live',
    node.description ?? '',
  ]);
  return table(['field', 'environment', 'value', 'default', 'change', 'meaning'], rows);
}

/** The fields of a SemanticCache that a sidecar's configuration does not have. */
export function semanticCacheTable(): string {
  const { properties = {} } = semanticCacheSpec as Node;
  const own = Object.entries(properties).filter(([name]) => !Object.hasOwn(cacheFields, name));
  // Beside `external` they have none, so the resource's own schema does not say them one by one.
  const ofOwnRedis = new Map(leaves(ownRedis as Node, ['redis']));
  const rows = own
    .flatMap(([name, node]) => leaves(node, [name]))
    .map(([name, node]) => {
      const fallback = defaultOf(ofOwnRedis.get(name) ?? node);
      return [`\`${name}\``, allowedValues(node), fallback, node.description ?? ''];
    });
  return table(['field', 'value', 'default', 'meaning'], rows);
}

export function variablesTable(): string {
  const rows = Object.entries(otherVariables).map(([name, meaning]) => [code(name), meaning]);
  return table(['variable', 'meaning'], rows);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function allowedValues(node: Node): string {
  if (node.range !== undefined) return node.range;
  return node.enum === undefined ? allowed(node).replace(/^an? /, '') : node.enum.map(code).join(', ');
}

function defaultOf(node: Node): string {
  if (node.default === undefined) return 'none';
  return Array.isArray(node.default) ? code(`[${node.default.join(', ')}]`) : code(String(node.default));
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}
