import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Decision } from '../../../../sidecar/decisions/decision.ts';
import { DecisionLog } from '../../../../sidecar/decisions/log.ts';
import { workerUrl } from '../../../../sidecar/decisions/worker-url.ts';

let folder: string;
let counts: { written: number; dropped: number; lost: number };
const warn = vi.fn();
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'decisions');
  counts = { written: 0, dropped: 0, lost: 0 };
  warn.mockReset();
});

const log = () =>
  new DecisionLog({
    folder,
    maxBytes: 1_000_000,
    rotateMs: 60_000,
    maxFiles: 10,
    counts,
    worker: workerUrl,
    warn,
  });
const decision = {
  time: 0,
  mode: 'serve',
  outcome: 'miss',
  phase: 'miss',
  dialect: 'openai-chat',
  model: 'm',
  scope: 's',
  refusals: [],
  threshold: 0.9,
  overlapThreshold: 0.85,
  tokensSaved: 0,
  lookupMs: 1,
  totalMs: 1,
} as unknown as Decision;

it('what was added before the end is in a closed file after it', async () => {
  const decisions = log();
  for (let row = 0; row < 450; row++) decisions.add(decision);
  await decisions.close();
  expect(counts).toEqual({ written: 450, dropped: 0, lost: 0 });
  expect(readdirSync(folder)).toHaveLength(1);
  expect(warn).not.toHaveBeenCalled();
});

it('where the thread does not keep up, rows are dropped and counted, and memory stays bounded', async () => {
  const decisions = log();
  // In one turn of the event loop no answer of the thread can come.
  for (let row = 0; row < 30_000; row++) decisions.add(decision);
  expect(counts.dropped).toBe(10_000);
  await decisions.close();
  expect(counts.written).toBe(20_000);
});

it('rows with long prompts are bounded by their bytes, and there is room again when they are written', async () => {
  const decisions = log();
  const long = { ...decision, prompt: 'x'.repeat(8_000) };
  for (let row = 0; row < 3_000; row++) decisions.add(long);
  const { dropped } = counts;
  expect((3_000 - dropped) * 16_000).toBeLessThanOrEqual(16 * 2 ** 20);
  expect(dropped).toBeLessThan(2_200);
  await vi.waitFor(() => expect(counts.written).toBeGreaterThan(0), { timeout: 20_000 });
  decisions.add(long);
  await decisions.close();
  expect(counts).toEqual({ written: 3_001 - dropped, dropped, lost: 0 });
});

it('a folder that cannot be written is told once, and costs rows only', async () => {
  mkdirSync(join(folder, '..'), { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  const decisions = log();
  for (let row = 0; row < 200; row++) decisions.add(decision);
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1), { timeout: 20_000 });
  await vi.waitFor(() => expect(counts).toEqual({ written: 0, dropped: 0, lost: 200 }), { timeout: 20_000 });
  await decisions.close();
});

it('a folder that goes away while a file is open costs that file, and the count says so', async () => {
  const decisions = log();
  for (let row = 0; row < 200; row++) decisions.add(decision);
  await vi.waitFor(() => expect(counts.written).toBe(200), { timeout: 20_000 });
  rmSync(folder, { recursive: true });
  await decisions.close();
  expect(counts).toEqual({ written: 0, dropped: 0, lost: 200 });
  expect(warn).toHaveBeenCalledTimes(1);
});
