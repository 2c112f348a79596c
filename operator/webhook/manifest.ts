import { isDeepStrictEqual } from 'node:util';
import jsonPatch, { type Operation } from 'fast-json-patch';
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  visit,
  type YAMLMap,
} from 'yaml';

/** One YAML document of a file. */
export interface Manifest {
  /** As it stands in the file. All of them together are the file, byte for byte. */
  readonly text: string;
  /** What it says, without members that are null: Kubernetes takes those for absent. */
  readonly value: unknown;
}

/** A file with any number of documents, or what is wrong with it. */
export function readManifests(
  text: string,
):
  | { readonly manifests: readonly Manifest[]; readonly faults?: never }
  | { readonly manifests?: never; readonly faults: readonly string[] } {
  const documents: readonly Document.Parsed[] = parseAllDocuments(text, kubernetes);
  const faults = documents.flatMap(({ errors }) => errors.map(({ message }) => message));
  if (faults.length > 0) return { faults };
  // Of a file without documents the comments stay.
  if (documents.length === 0) return { manifests: [{ text, value: undefined }] };
  const ends = documents.map(({ range }, at) => (at === documents.length - 1 ? text.length : range[2]));
  try {
    const manifests = documents.map((document, at) => ({
      text: text.slice(ends[at - 1] ?? 0, ends[at]),
      value: withoutNulls(document.toJSON()),
    }));
    return { manifests };
  } catch (error) {
    return { faults: [`expected YAML whose aliases come to an end: ${(error as Error).message}`] };
  }
}

/**
 * A manifest after a patch; all that is not patched stays as it was written. A document whose anchors share what is patched
 * with something else is written without anchors.
 * @throws Error where it cannot be written so that it says what was meant, and nothing else.
 */
export function patched({ text, value }: Manifest, patch: readonly Operation[]): Manifest {
  const wanted = jsonPatch.applyPatch(structuredClone(value), structuredClone(patch)).newDocument;
  const json = asJson(text, wanted);
  if (json !== undefined) return { text: json, value: wanted };
  for (const way of ways) {
    const written = writtenIn(way, text, patch);
    if (written === undefined) continue;
    const { manifests = [] } = readManifests(written);
    if (manifests.length === 1 && isDeepStrictEqual(manifests[0]?.value, wanted))
      return { text: written, value: wanted };
  }
  throw new Error('its YAML cannot be changed in place; expected it without anchors and merge keys');
}

/** What is JSON stays JSON; numbers that JavaScript would shorten are left to YAML, of which JSON is a part. */
function asJson(text: string, wanted: unknown): string | undefined {
  if (!text.trimStart().startsWith('{') || /\d{16}/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return `${JSON.stringify(wanted, null, /\n( +)"/.exec(text)?.[1])}\n`;
}

interface Way {
  /** Values of several lines and flow collections keep their lines. */
  readonly keepsLines: boolean;
  readonly keepsAnchors: boolean;
}

/** The first that says what was meant is taken. */
const ways: readonly Way[] = [
  { keepsLines: true, keepsAnchors: true },
  { keepsLines: false, keepsAnchors: true },
  { keepsLines: false, keepsAnchors: false },
];

function writtenIn(way: Way, text: string, patch: readonly Operation[]): string | undefined {
  const changed = new Set<unknown>();
  const [document] = parseAllDocuments(text, {
    ...kubernetes,
    customTags: (tags) => tags.map((tag) => asWritten(tag, text, changed, way)),
  });
  if (document === undefined) return undefined;
  try {
    if (!way.keepsAnchors) spellOut(document);
    for (const operation of patch) change(document, operation, changed);
    const written = document.toString(styleOf(text));
    return text.includes('\r\n') ? written.replace(/\r?\n/g, '\r\n') : written;
  } catch {
    // A path through an alias, which only the last way can change.
    return undefined;
  }
}

/** YAML as kubectl reads it: `0400` is octal, `yes` is true, `<<` merges. */
const kubernetes = { version: '1.1', merge: true } as const;

/** Writes what has not changed as it stood: numbers keep their digits, texts their quotes, lines their length. */
function asWritten(
  tag: Tags[number],
  text: string,
  changed: ReadonlySet<unknown>,
  { keepsLines, keepsAnchors }: Way,
): Tags[number] {
  if (typeof tag === 'string' || tag.tag === mergeTag) return tag;
  const stringify: NonNullable<ScalarTag['stringify']> = (item, context, onComment, onChompKeep) => {
    const node: unknown = item;
    const source = isNode(node) && node.range ? text.slice(node.range[0], node.range[1]) : '';
    const isLong = source.includes('\n');
    const stays = source !== '' && !changed.has(node) && (keepsLines || !isLong);
    const within = (lineWidth: number) => ({ ...context, options: { ...context.options, lineWidth } });
    if (isCollection(node)) {
      if (node.flow && stays && keepsAnchors) return source;
      return node.toString(within(isLong ? 1 : 80), onComment, onChompKeep);
    }
    // Blank lines after a value that keeps them are not in its source alone.
    if (stays && !/^[|>].*\+/.test(source)) return isBlock(node) ? source.replace(/\s*\n$/, '') : source;
    const width = isBlock(node) ? 80 : 0;
    return (tag as ScalarTag).stringify?.(item, within(width), onComment, onChompKeep) ?? String(item.value);
  };
  return { ...tag, stringify } as Tags[number];
}

const isBlock = (node: unknown): boolean => isScalar(node) && node.type?.startsWith('BLOCK') === true;

const mergeTag = 'tag:yaml.org,2002:merge';

/** How a document is indented, so that its neighbours stay where they are. */
function styleOf(text: string) {
  const indents = [...text.matchAll(/^( +)[^\s#]/gm)].map(([, indent = '']) => indent.length);
  return {
    indent: indents.length === 0 ? 2 : Math.min(...indents),
    indentSeq: !/^( *)[^\s#-][^\n]*:[^\S\n]*\n\1- /m.test(text),
    flowCollectionPadding: /[{[] +[^\s]/.test(text),
  };
}

/** JSON Patch on a YAML document, so that everything else keeps its comments and its order. */
function change(document: Document, operation: Operation, changed: Set<unknown>): void {
  if (operation.op !== 'add' && operation.op !== 'replace')
    throw new TypeError(`expected add or replace, found ${operation.op}`);
  const segments = operation.path.split('/').slice(1).map(unescaped);
  for (const at of segments.keys()) changed.add(document.getIn(segments.slice(0, at), true));
  const parent = document.getIn(segments.slice(0, -1));
  const last = segments.at(-1) ?? '';
  const value = document.createNode(operation.value);
  if (!isSeq(parent)) document.setIn(segments, value);
  else if (last === '-') parent.add(value);
  else parent.items.splice(Number(last), operation.op === 'add' ? 0 : 1, value);
}

const unescaped = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** More than this only a file has that was made for it, such as one whose anchor contains itself. */
const MOST_ALIASES = 1000;

/** Replaces aliases and merge keys by what they stand for. */
function spellOut(document: Document): void {
  let aliases = 0;
  visit(document, {
    Alias(_, alias) {
      if (++aliases > MOST_ALIASES) throw new Error('expected fewer aliases');
      return alias.resolve(document)?.clone() as Node | undefined;
    },
  });
  visit(document, (_, node) => {
    if (isMap(node)) mergeInto(node);
    if (isScalar(node) || isCollection(node)) delete node.anchor;
  });
}

function mergeInto(map: YAMLMap): void {
  for (;;) {
    const at = map.items.findIndex(isMerge);
    if (at < 0) return;
    const [merged] = map.items.splice(at, 1);
    const sources = isSeq(merged?.value) ? merged.value.items : [merged?.value];
    for (const pair of sources.flatMap((source) => (isMap(source) ? source.items : [])))
      if (isMerge(pair) || !map.has(pair.key)) map.items.push(pair.clone());
  }
}

const isMerge = ({ key }: Pair): boolean => isScalar(key) && key.type === 'PLAIN' && key.source === '<<';

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}
