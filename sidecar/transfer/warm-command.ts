import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { quoted } from '../../crds/found.ts';
import { formatOf } from '../tables/index.ts';
import type { Terminal } from './commands.ts';
import type { Taken } from './given-answer.ts';
import { givenRow, headerBytes } from './given-row.ts';
import { fill, readTemplate, type Template } from './template.ts';

/**
 * `fourfold warm FILE`: questions with answers that somebody wrote, into the cache of a running sidecar, each as if the
 * application had asked it. @returns the exit code: 0, or 1 where a row was refused.
 */
export async function warmCommand(args: readonly string[], out: Terminal): Promise<number> {
  const { file, template, path, url, headers } = await readArguments(args);
  let stored = 0;
  let exact = 0;
  let refused = 0;
  const refuse = (place: string, reason: string) => {
    refused++;
    out.complain(`${file} ${place}: ${reason}`);
  };
  for await (const { place, row, fault } of formatOf(file).read(file)) {
    const given = row === undefined ? fault : givenRow(row);
    if (typeof given === 'string') {
      refuse(place, given);
      continue;
    }
    const { question, answer, headers: own } = given;
    const response = await fetch(`${url}/cache/answers`, {
      method: 'PUT',
      headers: { ...headers, ...own, 'Content-Type': 'application/json' },
      body: JSON.stringify({ path, request: fill(template, question), answer }),
    }).catch((error: Error) => {
      throw new Error(
        `${url}: nobody answers there: ${(error.cause as Error | undefined)?.message ?? error.message}`,
      );
    });
    const said = (await response.json().catch(() => ({}))) as Partial<Answer>;
    if (said.error?.message !== undefined) refuse(place, said.error.message);
    else if (said.stored === false) refuse(place, `not stored: ${said.reason}`);
    // Whatever else answers there, a provider or a page, has stored nothing.
    else if (said.entry === undefined)
      throw new Error(`${url}: expected a sidecar's port for the application, found one that knows no cache`);
    else {
      stored++;
      if (said.comparison === 'exact') exact++;
      if (said.comparison === 'exact' && exact === 1)
        out.complain(`${file} ${place}: answers to exactly these words only (${said.reason}); so may others`);
    }
  }
  out.write(`${file}: ${stored} stored (${exact} of them for exactly these words), ${refused} refused\n`);
  return refused === 0 ? 0 : 1;
}

type Answer = Extract<Taken, { entry: string }> & {
  readonly stored: boolean;
  readonly error: { readonly message?: string };
};

async function readArguments(args: readonly string[]): Promise<{
  file: string;
  template: Template;
  path: string;
  url: string;
  headers: Record<string, string>;
}> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      request: { type: 'string' },
      path: { type: 'string', default: '/v1/chat/completions' },
      url: { type: 'string', default: 'http://127.0.0.1:4114' },
      header: { type: 'string', short: 'H', multiple: true, default: [] },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new TypeError(
      `expected one file of questions and answers (.csv, .jsonl, .parquet), found ${positionals.length}`,
    );
  formatOf(file);
  if (values.request === undefined)
    throw new TypeError(
      '--request: expected a file with the JSON body of a request, in which {{question}} stands, found none',
    );
  const template = readTemplate(values.request, await readFile(values.request, 'utf8'));
  return {
    file,
    template,
    path: values.path,
    url: baseOf(values.url),
    headers: Object.fromEntries(values.header.map(headerOf)),
  };
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(text) ?? [];
  // Not the whole of it: it may hold a credential.
  if (name === undefined || value === undefined) throw new TypeError('--header: expected "Name: value"');
  return [name, headerBytes(value)];
}

/** With the path of a provider's API (`/v1`) the sidecar would hand the answers on, to the provider. */
function baseOf(text: string): string {
  const { protocol = '', pathname, search, origin } = URL.parse(text) ?? {};
  if (/^https?:$/.test(protocol) && pathname === '/' && search === '') return origin as string;
  throw new TypeError(`--url: expected a base URL such as http://127.0.0.1:4114, found ${quoted(text)}`);
}
