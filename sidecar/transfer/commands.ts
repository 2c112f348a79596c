import { parseArgs } from 'node:util';
import { quoted } from '../../crds/found.ts';
import { storeUrlFault } from '../../crds/store-url.ts';
import { formatOf } from '../tables/index.ts';
import type { Placed, Row } from '../tables/table.ts';
import { WholeFile } from '../tables/whole-file.ts';
import type { End } from './end.ts';
import { remoteEnd } from './remote-end.ts';
import { cacheColumns } from './row.ts';
import { folderFault, storeEnd } from './store-end.ts';

/** Where a command says what it does. */
export interface Terminal {
  write(text: string): void;
  complain(line: string): void;
}

/** `fourfold export FILE`. @returns the exit code: 0, or 1 for a failure; a TypeError is a command that cannot be used. */
export async function exportCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  out: Terminal,
): Promise<number> {
  const { file, end } = await opened(args, 'from', env, out);
  try {
    const format = formatOf(file, endings);
    const whole = await WholeFile.begin(file);
    let rows = 0;
    try {
      const writer = await format.write(cacheColumns, whole.write);
      for await (const row of end.rows()) {
        await writer.append(native(row));
        rows++;
      }
      await writer.end();
      await whole.commit();
    } catch (error) {
      await whole.abandon();
      throw error;
    }
    out.write(`${file}: ${rows} rows\n`);
    return 0;
  } finally {
    await end.close();
  }
}

/** `fourfold import FILE`. @returns the exit code: 0, or 1 where a row was refused. */
export async function importCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  out: Terminal,
): Promise<number> {
  const { file, end } = await opened(args, 'to', env, out);
  try {
    const total = { stored: 0, embedded: 0, known: 0, refused: 0 };
    const refuse = (place: string, reason: string) => {
      total.refused++;
      out.complain(`${file} ${place}: ${reason}`);
    };
    const take = async (batch: readonly Placed[]) => {
      const { counts, refused } = await end.take(batch.map(({ row }) => row as Row));
      total.stored += counts.stored;
      total.embedded += counts.embedded;
      total.known += counts.known;
      for (const { line, reason } of refused) refuse(batch[line - 1]?.place ?? '', reason);
    };
    let batch: Placed[] = [];
    let bytes = 0;
    for await (const placed of formatOf(file, endings).read(file)) {
      if (placed.fault !== undefined) {
        refuse(placed.place, placed.fault);
        continue;
      }
      const size = sizeOf(placed.row);
      if (batch.length > 0 && (batch.length >= mostRows || bytes + size > mostBytes)) {
        await take(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(placed);
      bytes += size;
    }
    if (batch.length > 0) await take(batch);
    const { stored, embedded, known, refused } = total;
    out.write(
      `${file}: ${stored} stored, ${embedded} embedded anew and stored, ${known} known already, ${refused} refused\n`,
    );
    return refused === 0 ? 0 : 1;
  } finally {
    await end.close();
  }
}

/** @throws TypeError where the command cannot be used so. */
async function opened(
  args: readonly string[],
  direction: 'from' | 'to',
  env: NodeJS.ProcessEnv,
  out: Terminal,
): Promise<{ file: string; end: End }> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { [direction]: { type: 'string' }, 'token-file': { type: 'string' } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new TypeError(`expected one file that ends in .parquet or .jsonl, found ${positionals.length}`);
  formatOf(file, endings);
  const url = String(values[direction] ?? 'http://127.0.0.1:4115');
  const tokenFile = (values['token-file'] as string | undefined) ?? env.FOURFOLD_ADMIN_TOKEN_FILE;
  if (/^https?:\/\//.test(url)) return { file, end: await remoteEnd(url, tokenFile) };
  const expected = storeUrlFault(url) ?? (await folderFault(url, { mustExist: direction === 'from' }));
  if (expected !== undefined)
    throw new TypeError(
      `--${direction}: expected the URL of a sidecar (http://…), or ${expected}, found ${quoted(url)}`,
    );
  return { file, end: await storeEnd(url, env, out.complain) };
}

/** What holds vectors. */
const endings = ['.parquet', '.jsonl'];

/** As from JSON: from a store itself they are in this form already. */
function native(row: Row): Row {
  const { answer, createdAt, expiresAt, keptUntil } = row;
  const base64 = (answer as { base64?: string } | undefined)?.base64;
  return {
    ...row,
    answer:
      typeof answer === 'string'
        ? Buffer.from(answer)
        : base64 === undefined
          ? answer
          : Buffer.from(base64, 'base64'),
    ...Object.fromEntries(
      Object.entries({ createdAt, expiresAt, keptUntil }).map(([name, at]) => [
        name,
        typeof at === 'string' ? Date.parse(at) : at,
      ]),
    ),
  };
}

/** Roughly, in JSON. */
function sizeOf({ answer, text, vector }: Row): number {
  const lengthOf = (value: unknown) => (value as { length?: number } | undefined)?.length ?? 0;
  return 1_000 + 2 * lengthOf(answer) + lengthOf(text) + 20 * lengthOf(vector);
}

const mostRows = 50;
const mostBytes = 4_000_000;
