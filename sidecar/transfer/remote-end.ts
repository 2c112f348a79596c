import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { parsed } from '../tables/jsonl.ts';
import type { Row } from '../tables/table.ts';
import type { End } from './end.ts';
import type { Imported } from './importer.ts';

/** A running sidecar, over its port for the cluster. `url`: its base. */
export async function remoteEnd(url: string, tokenFile: string | undefined): Promise<End> {
  if (tokenFile === undefined)
    throw new TypeError(
      '--token-file: expected the file of the admin token (or FOURFOLD_ADMIN_TOKEN_FILE), found none',
    );
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const base = url.replace(/\/+$/, '');
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { ...init.headers, Authorization: `Bearer ${token}` };
    const response = await fetch(`${base}${path}`, { ...init, headers }).catch((error: Error) => {
      throw new Error(
        `${base}: nobody answers there: ${(error.cause as Error | undefined)?.message ?? error.message}`,
      );
    });
    if (!response.ok)
      throw new Error(`${base}${path}: answered ${response.status}: ${await response.text()}`);
    return response;
  };
  return {
    async *rows() {
      const { body } = await call('/cache/export', {});
      if (body === null) return;
      for await (const line of createInterface({ input: Readable.fromWeb(body as ReadableStream) })) {
        const read = parsed(line);
        if ('fault' in read) throw new Error(`${base}: broke off in the middle of a row`);
        yield read.row;
      }
    },
    async take(rows) {
      const body = rows.map((row) => JSON.stringify(plain(row))).join('\n');
      const headers = { 'Content-Type': 'application/x-ndjson' };
      return (await (await call('/cache/import', { method: 'POST', headers, body })).json()) as Imported;
    },
    close: async () => {},
  };
}

/** Bytes have no form in JSON. */
function plain(row: Row): Row {
  const { answer } = row;
  if (!(answer instanceof Uint8Array)) return row;
  return { ...row, answer: { base64: Buffer.from(answer).toString('base64') } };
}
