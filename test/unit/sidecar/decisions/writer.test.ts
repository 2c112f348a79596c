import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { Decision } from '../../../../sidecar/decisions/decision.ts';
import { DecisionWriter } from '../../../../sidecar/decisions/writer.ts';
import { parquet } from '../../../../sidecar/tables/parquet.ts';
import { all } from '../../../../sidecar/tables/table.ts';
import { numbers } from '../stores/entries.ts';

let folder: string;
let now: number;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'decisions');
  now = Date.UTC(2026, 0, 1);
});

const decision = (more: Partial<Decision> = {}): Decision => ({
  time: now,
  mode: 'serve',
  outcome: 'miss',
  phase: 'miss',
  reason: 'threshold',
  dialect: 'openai-chat',
  model: 'gpt-4o',
  scope: 'a'.repeat(64),
  similarity: 0.8731,
  overlap: undefined,
  refusals: ['semantic:threshold'],
  threshold: 0.9,
  overlapThreshold: 0.85,
  entry: undefined,
  stored: true,
  age: undefined,
  tokensSaved: 0,
  lookupMs: 1.5,
  totalMs: 812,
  prompt: undefined,
  verdict: undefined,
  ...more,
});
const open = (more: object = {}) =>
  DecisionWriter.begin({ folder, maxBytes: 1_000_000, rotateMs: 60_000, maxFiles: 10, ...more }, () => now);
const closed = () =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .toSorted();
const rows = async (name: string) => (await all(parquet.read(join(folder, name)))).map(({ row }) => row);

it('a file appears when it is closed, with all its rows', async () => {
  const writer = await open();
  await writer.append(decision());
  await writer.append(
    decision({ outcome: 'hit', phase: 'semantic', similarity: 0.95, entry: 'abc', prompt: 'How?' }),
  );
  expect(closed()).toEqual([]);
  await writer.close();
  const [name = ''] = closed();
  const [first, second] = await rows(name);
  expect(first).toMatchObject({
    time: now,
    outcome: 'miss',
    similarity: 0.8731,
    refusals: ['semantic:threshold'],
  });
  expect(first).not.toHaveProperty('prompt');
  expect(second).toMatchObject({ outcome: 'hit', entry: 'abc', prompt: 'How?' });
});

it('a file is closed when its time is over, and only one that has rows is there', async () => {
  const writer = await open();
  await writer.rotate();
  await writer.append(decision());
  now += 59_999;
  await writer.rotate();
  expect(closed()).toHaveLength(0);
  now += 1;
  await writer.rotate();
  expect(closed()).toHaveLength(1);
  await writer.close();
  expect(closed()).toHaveLength(1);
});

it('even of prompts that do not compress, in any script, a file holds at most eight times its size', async () => {
  const random = numbers(1);
  const maxBytes = 16_384;
  const writer = await open({ maxBytes, maxFiles: 6 });
  const longest = 3 * 8_192;
  for (let row = 0; row < 100; row++) {
    now++;
    const letters = Array.from({ length: 8_192 }, () => 0x4e00 + Math.floor(20_000 * random()));
    await writer.append(decision({ prompt: String.fromCharCode(...letters) }));
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    // And a row, and what a file says of itself at its end.
    for (const size of sizes) expect(size).toBeLessThan(8 * maxBytes + longest + 8_192);
    expect(sizes.length).toBeLessThanOrEqual(7);
  }
  expect(closed()).toHaveLength(6);
  await writer.close();
});

it('a file is closed when it is large enough, and the oldest leave', async () => {
  const writer = await open({ maxBytes: 4_096, maxFiles: 3 });
  for (let row = 0; row < 1_000; row++) {
    now++;
    await writer.append(decision());
  }
  await writer.close();
  const names = closed();
  expect(names).toHaveLength(3);
  const last = await rows(names.at(-1) ?? '');
  expect(last.at(-1)?.time).toBe(now);
});

it('what a process that is no more left unfinished goes, and what others write stays', async () => {
  const writer = await open();
  await writer.append(decision());
  const host = hostname().replaceAll(/[^A-Za-z0-9]/g, '_');
  const left = `.decisions-20260101T000000000Z-${host}-4194999.parquet.part`;
  const elsewhere = '.decisions-20260101T000000000Z-otherhost-1.parquet.part';
  for (const name of [left, elsewhere, 'notes.txt']) writeFileSync(join(folder, name), '');
  await open();
  const there = readdirSync(folder);
  expect(there).not.toContain(left);
  expect(there).toContain(elsewhere);
  expect(there).toContain('notes.txt');
});
