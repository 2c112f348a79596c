import { isMap, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import { fieldName } from '../../crds/check.ts';
import { oneLine } from '../../crds/found.ts';
import type { Path } from '../../crds/node.ts';
import type { Source } from '../../crds/parse.ts';

/** A configuration file that was read as YAML (of which JSON is a part), or why it cannot be. */
export type Document =
  | { readonly source: Source; readonly faults?: never }
  | { readonly source?: never; readonly faults: readonly string[] };

export function readDocument(file: string, bytes: Uint8Array): Document {
  const text = decode(bytes);
  if (text === undefined) return { faults: [`${file}: expected UTF-8 text, found bytes that are none`] };
  try {
    return parseText(file, text);
  } catch (error) {
    const isDangling = error instanceof ReferenceError && error.message.startsWith('Unresolved alias');
    // Else the parser's recursion or its count of aliases came to an end, which only a file made for it brings about.
    const found = isDangling
      ? 'an alias without its anchor'
      : 'one that is nested too deeply or expands too far';
    return { faults: [`${file}: expected a YAML document, found ${found}`] };
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function parseText(file: string, text: string): Document {
  const lines = new LineCounter();
  const line = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const problems = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    place: line(pos[0]),
    problem: problem(code, message, text.slice(pos[0])),
  }));
  if (problems.length > 0) {
    // One mistake can annoy the parser twice; the first complaint about a line says it best.
    const firsts = problems.filter(
      ({ place }, index) => problems.findIndex((each) => each.place === place) === index,
    );
    return { faults: firsts.map(({ place, problem }) => `${place}${problem}`) };
  }
  const value: unknown = document.toJS();
  if (!isMap(document.contents)) {
    const kind = value === null ? 'nothing' : isSeq(document.contents) ? 'a list' : 'a single value';
    return { faults: [`${file}: expected an object of configuration fields, found ${kind}`] };
  }
  const place = (path: Path) => `${line(offsetOf(document.contents, path))} ${fieldName(path)}`;
  return { source: { value, place } };
}

/** The parser's own sentence up to where it would quote the file, which may hold a secret. */
function problem(code: string, message: string, at: string): string {
  if (code === 'DUPLICATE_KEY')
    return ` ${/^["']?([\w.-]{1,64})/.exec(at)?.[1] ?? 'a key'}: expected once, found twice`;
  if (code === 'MULTIPLE_DOCS') return ': expected one YAML document, found several';
  if (code === 'BAD_DIRECTIVE') return ': expected YAML, found an error: Unknown directive';
  const sentence = message.replace(/(?<=\S): [\s\S]*/, '').replace(/\s+/g, ' ');
  return `: expected YAML, found an error: ${oneLine(sentence.slice(0, 120))}`;
}

/** Where the key of a field stands, or the nearest thing around it. */
function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root;
  let offset = 0;
  for (const name of path) {
    if (isMap<ParsedNode>(node)) {
      const pair = node.items.find(({ key }) => String(key) === name);
      offset = pair?.key.range[0] ?? offset;
      node = pair?.value;
    } else if (isSeq<ParsedNode>(node)) {
      node = node.items[Number(name)];
      offset = (node as ParsedNode | undefined)?.range[0] ?? offset;
    }
  }
  return offset;
}
