import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { environment, otherVariables } from '../../crds/environment.ts';
import { operatorVariables } from '../../operator/settings.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { guards } from '../../sidecar/lookup/guards/index.ts';
import { credentialHeaders, gatewayHeaders } from '../../sidecar/lookup/identity.ts';
import * as reasons from '../../sidecar/reasons.ts';

/** What the pages name exists, and what a page claims to list whole it lists whole. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const list = (...patterns: string[]) => globSync(patterns, { cwd: root }).toSorted();

const pages = list('*.md', 'docs/**/*.md');
const code = list('*.ts', '{crds,sidecar,operator,cdk8s,test}/**/*.ts').filter(
  (path) => !path.includes('node_modules/'),
);
const program = code.filter((path) => !path.startsWith('test/'));
const everything = [...code, ...pages, 'package.json'];
const rooms = new Set(code.filter((path) => path.includes('/')).map((path) => path.split('/', 1)[0]));

it.each(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/decisions/README.md'])(
  '%s is there',
  (page) => expect(pages).toContain(page),
);

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what exists', () => {
    const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const broken = targets
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !leads(page, target));
    expect(broken).toEqual([]);
  });

  it('names files and folders that exist', () => {
    expect(
      codeWords(text)
        .filter(isPath)
        .filter((word) => !exists(page, word)),
    ).toEqual([]);
  });

  it('names scripts that exist', () => {
    const named = [...text.matchAll(/\bnpm (?:run (?:-s )?([a-z][\w:-]*)|(start|test)\b)/g)];
    const known = Object.keys(packageJson.scripts);
    expect(named.map(([, run, short]) => run ?? short).filter((name = '') => !known.includes(name))).toEqual(
      [],
    );
  });

  it('names variables that exist', () => {
    const known = new Set([
      ...Object.values(environment),
      ...Object.keys(otherVariables),
      ...Object.values(operatorVariables),
    ]);
    const named = text.match(/\bFOURFOLD_[A-Z_]*[A-Z]\b/g) ?? [];
    const isFamily = (name: string) => [...known].some((each) => each.startsWith(`${name}_`));
    expect(named.filter((name) => !known.has(name) && !isFamily(name))).toEqual([]);
  });

  it('names headers that exist', () => {
    const sources = program.map(read).join('\n').toLowerCase();
    const named = text.match(/\bx-[a-z]+-[a-z-]*[a-z]\b/gi) ?? [];
    expect(named.filter((name) => !sources.includes(name.toLowerCase()))).toEqual([]);
  });
});

it('a command comes from the repository, not from whoever has its name in a registry, and pages say how', () => {
  const texts = ['package.json', 'charts/fourfold/templates/NOTES.txt', ...pages, ...code];
  const ran = /\b(npx|npm (exec|i|install)|pnpm dlx|yarn dlx|bunx)( -[\w-]+)* fourfold\b/;
  expect(texts.filter((path) => ran.test(read(path)))).toEqual([]);
  const silent = pages
    .filter((page) => shellOf(read(page)).some((block) => /^fourfold \w/m.test(block)))
    .filter((page) => !/npm link|reference\.md#commands/.test(read(page)));
  expect(silent).toEqual([]);
});

it('comments lead to pages that exist', () => {
  const named = code.flatMap((path) =>
    (read(path).match(/\bdocs\/[\w/-]+\.md\b/g) ?? []).map((page) => `${path}: ${page}`),
  );
  expect(named.filter((each) => !pages.includes(each.split(': ')[1] ?? ''))).toEqual([]);
});

it('the ladder names words that the code says, and all by which a request may leave', () => {
  const [, ladder = ''] =
    /## One request[\s\S]*?```text\n([\s\S]*?)```/.exec(read('docs/architecture.md')) ?? [];
  const named = [...ladder.matchAll(/\(([^)]*)\)/g)]
    .flatMap(([, words = '']) => words.split(','))
    .map((word) => word.replace(/[\s│◀─┤├└┬┘┐┌]+/g, ''))
    .filter((word) => /^[a-z-]+$/.test(word));
  const { bypassReasons, skipReasons, unstoredReasons, refusalReasons } = reasons;
  const words = Object.keys({ ...bypassReasons, ...skipReasons, ...unstoredReasons, ...refusalReasons });
  expect([...new Set(named)].toSorted()).toEqual([...new Set(words)].toSorted());
});

it('the reference tells every header by which two callers are told apart', () => {
  const [, section = ''] = /### Whose answer it is\n([^#]*)/.exec(read('docs/reference.md')) ?? [];
  for (const header of [...credentialHeaders, ...gatewayHeaders]) expect(section).toContain(`\`${header}\``);
});

it('the words of guards and of reasons are told apart', () => {
  const words = [...guards.map(({ reason }) => reason), ...Object.values(reasons).flatMap(Object.keys)];
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
});

it('the table of concepts names one file at least in each row', () => {
  const rows = tableAfter('docs/architecture.md', '## Concept → file');
  expect(rows.length).toBeGreaterThan(20);
  for (const [concept, files = ''] of rows) expect(ticked(files), concept).not.toEqual([]);
});

it('the table of packages is what the program imports', () => {
  const rows = tableAfter('CONTRIBUTING.md', 'and nowhere else in the program');
  const told = rows.map(([name = '', files = '']) => [ticked(name)[0], ticked(files).toSorted()]);
  const installed = Object.keys(packageJson.dependencies).filter((name) => !arriving.includes(name));
  const actual = installed.map((name) => {
    const files = program.filter((path) => imports(path, name));
    // Where a room has many, the table says the room: all of it counts as one.
    const patterns = told.find(([each]) => each === name)?.[1] ?? [];
    const named = files.map((path) => [...patterns].find((pattern) => matchesGlob(path, pattern)) ?? path);
    return [name, [...new Set(named)].toSorted()];
  });
  expect(told).toEqual(actual);
});

it('the index of decisions lists each of them', () => {
  const linked = [...read('docs/decisions/README.md').matchAll(/\]\((\d{4}-[\w-]+\.md)\)/g)].map(
    ([, file]) => file,
  );
  expect(linked).toEqual(list('docs/decisions/[0-9]*.md').map((path) => path.replace('docs/decisions/', '')));
});

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

function shellOf(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
}

/** The words of code spans and of shell blocks. */
function codeWords(text: string): string[] {
  const shell = shellOf(text);
  const spans = text.replace(/^```[\s\S]*?^```/gm, '').match(/`[^`\n]+`/g) ?? [];
  return [...shell, ...spans.map((span) => span.slice(1, -1))].flatMap((words) => words.split(/[\s,]+/));
}

/** `sidecar/app.ts`, `docs/`, `crds/*.ts`, `run.ts`; not `text/event-stream`, nor an address. */
function isPath(word: string): boolean {
  if (!/^[\w.@*-]+(\/[\w.@*-]+)*\/?$/.test(word)) return false;
  return /\w\.(ts|md|mjs|py|json)$/.test(word) || (word.includes('/') && rooms.has(word.split('/', 1)[0]));
}

function exists(page: string, word: string): boolean {
  if (word.includes('*')) return list(word).length > 0;
  if (existsSync(join(root, word)) || existsSync(join(root, dirname(page), word))) return true;
  return everything.some((path) => path.endsWith(`/${word}`));
}

function leads(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchors(read(file)).includes(anchor);
}

const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The cells of the first table after a sentence, without its head. */
function tableAfter(page: string, sentence: string): string[][] {
  const [, after = ''] = read(page).split(sentence);
  const [, table = ''] = /\n\n((?:\|.*\n)+)/.exec(after) ?? [];
  const lines = table.trim().split('\n').slice(2);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const ticked = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

function imports(path: string, name = ''): boolean {
  return new RegExp(`(?:from |import\\(|import )'${name}(?:/[^']*)?'`).test(read(path));
}

/** Installed ahead of the parts that use them; whoever brings the part takes the name out. `constructs` is what cdk8s asks for. */
const arriving = ['constructs'];
