import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { found } from '../../crds/found.ts';
import { bodyOf } from '../admin/body.ts';
import { Refused } from '../admin/refused.ts';
import type { Store } from '../stores/store.ts';
import { lineOf, parsed } from '../tables/jsonl.ts';
import type { Imported, Importer } from './importer.ts';
import { cacheColumns } from './row.ts';
import { rowsOf } from './rows.ts';

export interface TransferParts {
  readonly store: Pick<Store, 'entries' | 'blocks'>;
  readonly importer: Importer;
  readonly embeddingModel: string;
  readonly maxEntryBytes: () => number;
}

/**
 * `GET /cache/export` and `POST /cache/import`, on the port for the cluster: the whole cache as JSON lines, and lines into it.
 * They hold texts and answers of everybody: the admin token opens all of it. Where the store fails half way the call does too,
 * and the same lines may be sent again.
 */
export function transferApi(parts: TransferParts): FastifyPluginAsync {
  const { store, importer, embeddingModel, maxEntryBytes } = parts;
  return async (api: FastifyInstance) => {
    api.addContentTypeParser(ndjson, async (request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
      (await bodyOf(request, payload, 2 * maxEntryBytes() + room)).toString(),
    );

    api.addContentTypeParser('*', async () => undefined);

    api.get('/export', async (_, reply) => {
      const lines = async function* () {
        for await (const row of rowsOf(store, embeddingModel)) yield `${lineOf(row, cacheColumns)}\n`;
      };
      return reply.type(ndjson).send(Readable.from(lines()));
    });

    api.post<{ Body: unknown }>('/import', async ({ headers, body }): Promise<Imported> => {
      if (typeof body !== 'string')
        throw new Refused(
          415,
          `content-type: expected ${ndjson}, found ${found(headers['content-type'])}`,
          'content-type',
        );
      return await importer.takeAll(rowsIn(body));
    });
  };
}

/** One after the other, as they are taken. */
function* rowsIn(lines: string) {
  for (const line of lines.trim().split('\n')) yield parsed(line);
}

const ndjson = 'application/x-ndjson';
/** Bytes beside an answer, which JSON may write with escapes: its text, its vector, and further rows. */
const room = 4 * 2 ** 20;
