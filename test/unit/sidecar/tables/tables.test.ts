import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatOf } from '../../../../sidecar/tables/index.ts';
import { parquet } from '../../../../sidecar/tables/parquet.ts';
import { all, type Columns, type Placed, type Row } from '../../../../sidecar/tables/table.ts';
import { WholeFile } from '../../../../sidecar/tables/whole-file.ts';

const columns: Columns = {
  name: { type: 'text', required: true },
  share: { type: 'number' },
  count: { type: 'integer' },
  good: { type: 'boolean' },
  at: { type: 'time', required: true },
  answer: { type: 'bytes' },
  tags: { type: 'texts' },
  vector: { type: 'numbers' },
};
const vector = Float32Array.from([0.1, -0.25, 1 / 3]);
const full: Row = {
  name: 'Zoë "quoted", 日本',
  share: 0.1 + 0.2,
  count: -7,
  good: false,
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  answer: Buffer.from('{"a": "é"}'),
  tags: ['a,b', 'ü'],
  vector,
};
const sparse: Row = { name: '', at: 0, tags: [], vector: [] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fourfold-test-'));
});

async function write(path: string, rows: readonly Row[]): Promise<void> {
  const file = await WholeFile.begin(path);
  const writer = await formatOf(path).write(columns, file.write);
  for (const row of rows) await writer.append(row);
  await writer.end();
  await file.commit();
}

async function read(path: string): Promise<Placed[]> {
  return await all(formatOf(path).read(path));
}

describe('Parquet', () => {
  it('gives back what was written, type by type', async () => {
    const path = join(folder, 'rows.parquet');
    await write(path, [full, sparse]);
    const [first, second] = await read(path);
    expect(first?.place).toBe('row 1');
    expect({ ...first?.row, vector: Float32Array.from(first?.row?.vector as number[]) }).toEqual(full);
    expect(second?.row?.name).toBe('');
    expect(second?.row?.share).toBeUndefined();
  });

  it('holds more rows than one group', async () => {
    const path = join(folder, 'rows.parquet');
    await write(
      path,
      Array.from({ length: 1_203 }, (_, count) => ({ ...full, count })),
    );
    expect((await read(path)).map(({ row }) => row?.count)).toEqual(
      Array.from({ length: 1_203 }, (_, count) => count),
    );
  });

  it('takes the nearest whole number that it holds for one that it does not', async () => {
    const path = join(folder, 'rows.parquet');
    const counts = [2 ** 40, -(2 ** 40), 1.9, Number.NaN, Number.POSITIVE_INFINITY];
    await write(
      path,
      counts.map((count) => ({ ...full, count })),
    );
    const kept = [2 ** 31 - 1, -(2 ** 31), 1, 0, 2 ** 31 - 1];
    expect((await read(path)).map(({ row }) => row?.count)).toEqual(kept);
  });

  it('a file without rows can be read', async () => {
    const path = join(folder, 'rows.parquet');
    await write(path, []);
    expect(await read(path)).toEqual([]);
  });

  it('a sink that fails is told, at the row or at the end, and never goes unheard', async () => {
    const writer = await parquet.write(columns, async () => {
      throw new Error('no space left');
    });
    const all = async () => {
      for (let count = 0; count < 1_000; count++) await writer.append({ ...full, count });
      await writer.end();
    };
    await expect(all()).rejects.toThrow('no space left');
  });

  it.each(['', 'PAR1', 'not a table at all, but some text', `PAR1${'x'.repeat(40)}PAR1`])(
    'a file that is none is refused: %j',
    async (content) => {
      const path = join(folder, 'rows.parquet');
      writeFileSync(path, content);
      await expect(read(path)).rejects.toThrow();
    },
  );
});

describe('JSON lines', () => {
  it('gives back what was written; bytes are text or base64', async () => {
    const path = join(folder, 'rows.jsonl');
    await write(path, [full, { ...sparse, answer: Buffer.from([0xff, 0xfe]) }]);
    const [first, second] = await read(path);
    expect(first?.row).toMatchObject({
      name: full.name,
      share: full.share,
      answer: '{"a": "é"}',
      at: '2026-01-02T03:04:05.678Z',
    });
    expect(Float32Array.from(first?.row?.vector as number[])).toEqual(vector);
    expect(second?.row?.answer).toEqual({ base64: '//4=' });
  });

  it('says of each bad line where it is and what was found, and goes on', async () => {
    const path = join(folder, 'rows.jsonl');
    writeFileSync(path, '{"a": 1}\n\n[1]\r\n{"a": \n"text"\n{"a": 2}');
    expect(await read(path)).toEqual([
      { place: 'line 1', row: { a: 1 } },
      { place: 'line 3', fault: 'expected a JSON object, found a list' },
      { place: 'line 4', fault: expect.stringContaining('expected a JSON object') },
      { place: 'line 5', fault: 'expected a JSON object, found string' },
      { place: 'line 6', row: { a: 2 } },
    ]);
  });
});

describe('CSV', () => {
  it('reads quotes, commas and line ends inside values, and tells rows by their first line', async () => {
    const path = join(folder, 'faq.csv');
    writeFileSync(
      path,
      '\uFEFFquestion,answer\r\n"How, then?","Say ""so"".\nTwice."\r\nshort\r\n\r\nlast,one',
    );
    expect(await read(path)).toEqual([
      { place: 'line 2', row: { question: 'How, then?', answer: 'Say "so".\nTwice.' } },
      { place: 'line 4', fault: 'expected 2 values, found 1' },
      { place: 'line 6', row: { question: 'last', answer: 'one' } },
    ]);
  });
});

describe('CSV whose quotes do not pair', () => {
  const readCsv = async (...lines: string[]) => {
    const path = join(folder, 'quotes.csv');
    writeFileSync(path, ['question,answer', ...lines].join('\n'));
    return await read(path);
  };

  it('is a fault where a quote is never closed: what follows is no answer', async () => {
    expect(await readCsv('Who?,Acme.', 'Where?,"In Cardiff.', 'When?,Today.')).toEqual([
      { place: 'line 2', row: { question: 'Who?', answer: 'Acme.' } },
      { place: 'line 3', fault: 'expected the quote in line 3 to be closed, found the end of the file' },
    ]);
  });

  it('is a fault where something follows a quoted value, or a quote stands inside another; the rest is read', async () => {
    expect(await readCsv('Where?,"In" Cardiff', 'How?,5" wide', '"Why, though?",""', 'When?,Today.')).toEqual(
      [
        { place: 'line 2', fault: expect.stringMatching(/^expected a comma .* in line 2, found {2}$/) },
        {
          place: 'line 3',
          fault: expect.stringMatching(/^expected the value in line 3 in quotes, found a quote after 5$/),
        },
        { place: 'line 4', row: { question: 'Why, though?', answer: '' } },
        { place: 'line 5', row: { question: 'When?', answer: 'Today.' } },
      ],
    );
  });

  it('is not read at all where that is so in its first line', async () => {
    const path = join(folder, 'names.csv');
    writeFileSync(path, 'question,"answer\nWho?,Acme.');
    await expect(read(path)).rejects.toThrow(`${path} line 1: expected the quote in line 1 to be closed`);
  });
});

describe('a whole file', () => {
  it('has its name only when it is whole', async () => {
    const file = await WholeFile.begin(join(folder, 'rows.jsonl'));
    await file.write(Buffer.from('half'));
    expect(readdirSync(folder)).toEqual(['.rows.jsonl.part']);
    await file.write(Buffer.from(' and whole'));
    await file.commit();
    expect(readdirSync(folder)).toEqual(['rows.jsonl']);
    expect(readFileSync(join(folder, 'rows.jsonl'), 'utf8')).toBe('half and whole');
    expect(file.bytes).toBe(14);
  });

  it('leaves what had its name where it is given up', async () => {
    writeFileSync(join(folder, 'rows.jsonl'), 'before');
    const file = await WholeFile.begin(join(folder, 'rows.jsonl'));
    await file.write(Buffer.from('after'));
    await file.abandon();
    expect(readdirSync(folder)).toEqual(['rows.jsonl']);
    expect(readFileSync(join(folder, 'rows.jsonl'), 'utf8')).toBe('before');
  });
});

it('a name that says no format is refused, with those that do', () => {
  expect(() => formatOf('rows.txt')).toThrow('rows.txt: expected a name that ends in .parquet, .jsonl, .csv');
});
