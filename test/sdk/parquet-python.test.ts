import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../sidecar/decisions/decision.ts';
import { closedFiles } from '../../sidecar/decisions/folder.ts';
import { DecisionWriter } from '../../sidecar/decisions/writer.ts';
import { parquet } from '../../sidecar/tables/parquet.ts';
import { WholeFile } from '../../sidecar/tables/whole-file.ts';
import { cacheColumns, rowOf, rowOfBlock } from '../../sidecar/transfer/row.ts';
import { part } from '../support/require.ts';
import { installPackages } from './python.ts';

/** Files of ours, opened by a reader that others wrote: Apache Arrow. */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const environment = here('../../.cache/python-pyarrow');
const missing = await installPackages(environment, { pyarrow: '26.0.1' }).then(
  () => '',
  (error: Error) => error.message,
);
const there = part('python', missing === '', `the pyarrow package cannot be installed: ${missing}`);

interface Table {
  readonly types: Record<string, string>;
  readonly rows: readonly Record<string, unknown>[];
}
async function opened(path: string): Promise<Table> {
  const { stdout } = await promisify(execFile)(
    `${environment}/bin/python`,
    [here('python/parquet_files.py'), path],
    { maxBuffer: 2 ** 26 },
  );
  return (JSON.parse(stdout) as Record<string, Table>)[path] as Table;
}
const newFolder = () => mkdtempSync(join(tmpdir(), 'fourfold-test-'));

describe.skipIf(!there)('pyarrow', () => {
  it('reads the decision log, with the types that its columns have', async () => {
    const folder = newFolder();
    const options = { folder, maxBytes: 1_000_000, rotateMs: 60_000, maxFiles: 4 };
    const writer = await DecisionWriter.begin(options, Date.now);
    const decision: Decision = {
      time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      mode: 'serve',
      outcome: 'hit',
      phase: 'semantic',
      reason: undefined,
      dialect: 'openai-chat',
      model: 'gpt-4o',
      scope: 'a'.repeat(64),
      similarity: 0.9123,
      overlap: undefined,
      refusals: ['near-miss:threshold', 'semantic:number'],
      threshold: 0.9,
      overlapThreshold: 0.85,
      entry: 'Zoë',
      stored: undefined,
      age: 17,
      tokensSaved: 42,
      lookupMs: 1.25,
      totalMs: 2.5,
      prompt: 'What is 日本?',
      verdict: undefined,
    };
    for (let row = 0; row < 5_000; row++) await writer.append({ ...decision, tokensSaved: row });
    await writer.close();
    const [name = ''] = await closedFiles(folder);
    const { types, rows } = await opened(join(folder, name));
    expect(types).toEqual({
      time: 'timestamp[ms, tz=UTC]',
      mode: 'string',
      outcome: 'string',
      phase: 'string',
      reason: 'string',
      dialect: 'string',
      model: 'string',
      scope: 'string',
      similarity: 'double',
      overlap: 'double',
      refusals: expect.stringMatching(/^list<.*string/),
      threshold: 'double',
      overlapThreshold: 'double',
      entry: 'string',
      stored: 'bool',
      age: 'int32',
      tokensSaved: 'int32',
      lookupMs: 'double',
      totalMs: 'double',
      prompt: 'string',
      verdict: 'string',
    });
    expect(rows).toHaveLength(5_000);
    expect(rows[4_999]).toEqual({
      ...decision,
      time: '2026-01-02 03:04:05.678000+00:00',
      reason: null,
      overlap: null,
      stored: null,
      verdict: null,
      tokensSaved: 4_999,
    });
  });

  it('reads an exported cache: a vector is a list of floats, an answer its bytes', async () => {
    const path = join(newFolder(), 'cache.parquet');
    const vector = Float32Array.from({ length: 384 }, (_, at) => Math.sin(at));
    const entry = {
      ...{
        id: 'i',
        exactKey: 'k',
        scope: 's',
        partition: 'p',
        dialect: 'openai-chat',
        model: 'm',
        text: 'Zoë?',
      },
      ...{
        vector,
        answer: Buffer.from('{}'),
        tags: ['a', 'b'],
        sources: [],
        createdAt: 0,
        expiresAt: 1,
        tokens: 7,
      },
    };
    const file = await WholeFile.begin(path);
    const writer = await parquet.write(cacheColumns, file.write);
    await writer.append(rowOfBlock('some-pair'));
    for (let row = 0; row < 600; row++) await writer.append(rowOf(entry, 'all-MiniLM-L6-v2'));
    await writer.end();
    await file.commit();
    const { types, rows } = await opened(path);
    expect(types).toMatchObject({
      kind: 'string',
      text: 'string',
      vector: expect.stringMatching(/^list<.*float/),
      answer: 'binary',
      tags: expect.stringMatching(/^list<.*string/),
      createdAt: 'timestamp[ms, tz=UTC]',
      tokens: 'int32',
    });
    expect(rows).toHaveLength(601);
    expect(rows[0]).toMatchObject({ kind: 'block', pair: 'some-pair', id: null, vector: [] });
    expect(rows[600]).toMatchObject({
      kind: 'entry',
      text: 'Zoë?',
      tags: ['a', 'b'],
      sources: [],
      tokens: 7,
    });
    expect(Float32Array.from(rows[600]?.vector as number[])).toEqual(vector);
  });
});
