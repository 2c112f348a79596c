import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { withoutWordTable } from '../../../../sidecar/embedders/onnx-file.ts';
import { openSession } from '../../../../sidecar/embedders/session.ts';
import {
  attribute,
  bytes,
  input,
  model,
  node,
  number,
  output,
  tensor,
  vectorOf,
  writeEncoder,
} from '../../../support/onnx.ts';
import { realModel } from './real-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const real = await realModel();

const lookup = node('Gather', ['table', 'input_ids'], ['last_hidden_state']);
const table = tensor('table', [2, 3], [1, 2, 3, 4, 5, 6]);
const ends = [input('input_ids'), output('last_hidden_state', 3)];

describe('a model without its table of words', () => {
  it('says where in the file the table is', () => {
    writeEncoder(folder);
    const file = readFileSync(join(folder, 'model.onnx'));
    const found = withoutWordTable(file)?.table;
    expect(found).toEqual({
      name: 'table',
      type: 'float32',
      rows: 11,
      columns: 4,
      offset: expect.any(Number),
    });
    const row = file.subarray((found?.offset ?? 0) + 4 * 16).subarray(0, 16);
    expect([...new Float32Array(Uint8Array.from(row).buffer)]).toEqual(vectorOf('red'));
  });

  it('is the same model, byte for byte, but for a table and an input', () => {
    const more = [node('Shape', ['input_ids'], ['count']), tensor('other', [1], [7])];
    const { model: cut } = withoutWordTable(model([lookup, table, ...more, ...ends])) ?? {};
    const rows = bytes(
      1,
      Buffer.concat([
        number(1, 1),
        bytes(2, Buffer.concat([bytes(1, bytes(2, 'pieces')), bytes(1, number(1, 3))])),
      ]),
    );
    const asInput = bytes(11, Buffer.concat([bytes(1, 'table'), bytes(2, rows)]));
    const parts = [lookup, ...more, ...ends];
    expect(Buffer.from(cut ?? []).toString('hex')).toContain(
      Buffer.concat([...parts, bytes(2, 'graph'), asInput]).toString('hex'),
    );
    // Found again it is not: there is nothing left to take out.
    expect(withoutWordTable(cut ?? new Uint8Array())).toBeUndefined();
  });

  it.each<[string, readonly Buffer[]]>([
    [
      'looks up along another axis',
      [node('Gather', ['table', 'input_ids'], ['x'], [attribute('axis', 1)]), table],
    ],
    ['does more with its ids', [lookup, table, node('Cast', ['input_ids'], ['x'], [attribute('to', 1)])]],
    ['looks up twice', [lookup, lookup, table]],
    ['uses the table elsewhere', [lookup, table, node('MatMul', ['y', 'table'], ['x'])]],
    ['looks something up in its ids', [node('Gather', ['input_ids', 'table'], ['x']), table]],
    ['has a graph within a node', [lookup, table, node('If', ['y'], ['x'], [bytes(6, '')])]],
    ['has rows of rows', [lookup, tensor('table', [1, 2, 3], [1, 2, 3, 4, 5, 6])]],
    ['has another number of bytes than it says', [lookup, tensor('table', [2, 4], [1, 2, 3, 4, 5, 6])]],
    [
      'keeps the numbers otherwise',
      [
        lookup,
        bytes(
          5,
          Buffer.concat([
            number(1, 1),
            number(1, 1),
            number(2, 1),
            bytes(8, 'table'),
            bytes(4, Buffer.alloc(4)),
          ]),
        ),
      ],
    ],
    ['has it in another file', [lookup, table, bytes(5, Buffer.concat([bytes(8, 'other'), number(14, 1)]))]],
    ['is given the table', [lookup, input('table')]],
    ['knows no words', [node('Relu', ['pixels'], ['x'])]],
  ])('is not made of one that %s', (_, graph) => {
    expect(withoutWordTable(model([...graph, ...ends]))).toBeUndefined();
  });

  it.skipIf('missing' in real)('computes the same, bit for bit', async () => {
    if (!('files' in real)) return;
    const { run } = await openSession(real.files.modelPath);
    const whole = await InferenceSession.create(real.files.modelPath, { intraOpNumThreads: 1 });
    for (const ids of [
      [101, 102],
      [101, 2129, 2079, 1045, 102],
      // Rows that are kept in the same place.
      [101, 2149, 101, 4197, 2150, 102],
      Array.from({ length: 256 }, (_, at) => at * 119),
    ]) {
      const int64 = (values: BigInt64Array) => new Tensor('int64', values, [1, ids.length]);
      const { last_hidden_state: expected } = await whole.run({
        input_ids: int64(BigInt64Array.from(ids, BigInt)),
        attention_mask: int64(new BigInt64Array(ids.length).fill(1n)),
        token_type_ids: int64(new BigInt64Array(ids.length)),
      });
      expect(await run({ ids }, (rows) => Array.from(rows))).toEqual(
        Array.from((expected as Tensor).data as Float32Array),
      );
    }
  });
});
