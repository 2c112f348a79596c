import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parquet } from '../../sidecar/tables/parquet.ts';
import { type Chat, type Reply, startChat } from '../support/chat.ts';
import { part } from '../support/require.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

vi.setConfig({ testTimeout: 90_000 });

/** What the decision log says of requests to a sidecar, and what of it outlives the process. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

let chat: Chat | undefined;
afterEach(() => chat?.close());

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'decisions');
const closed = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.parquet'))
    .toSorted();
async function rows(folder: string): Promise<Record<string, unknown>[]> {
  const read: Record<string, unknown>[] = [];
  for (const name of closed(folder))
    for await (const { row } of parquet.read(join(folder, name))) read.push({ ...row });
  return read;
}
async function start(folder: string, settings: Record<string, string> = {}, options = {}): Promise<Chat> {
  chat = await startChat({ FOURFOLD_DECISION_LOG_FOLDER: folder, ...settings }, options);
  return chat;
}
const decisions = async ({ sidecar }: Chat) =>
  ((await (await fetch(`${sidecar.adminUrl}/stats`)).json()) as { decisions: Record<string, number> })
    .decisions;

it('without a folder nothing is written and nothing counted', async () => {
  chat = await startChat();
  await chat.ask('What is Rust?');
  expect(await decisions(chat)).toEqual({ written: 0, dropped: 0, lost: 0 });
});

describe.skipIf(!withModel)('each lookup is one row', () => {
  it('with phase, similarity, overlap, refusals, threshold, outcome and tokens, and without its text', async () => {
    const folder = newFolder();
    const { ask, close } = await start(folder, {}, { model: true });
    const asked = [
      'What is the capital of France?',
      'What is the capital of France??',
      'What is the captial of France?',
      'Which city is the capital of France?',
      'Is there no capital of France?',
    ];
    const replies: Reply[] = [];
    for (const question of asked) replies.push(await ask(question));
    await close();

    const told = await rows(folder);
    expect(told.map(({ phase }) => phase)).toEqual(replies.map(({ phase }) => phase));
    expect(told.map(({ entry }) => entry)).toEqual(replies.map(({ entry }) => entry));
    expect(new Set(told.map(({ scope }) => scope)).size).toBe(1);
    expect(told[0]).toMatchObject({
      mode: 'serve',
      outcome: 'miss',
      dialect: 'openai-chat',
      stored: true,
      threshold: 0.9,
      overlapThreshold: 0.85,
      tokensSaved: 0,
    });
    expect(told[1]).toMatchObject({ outcome: 'hit', phase: 'fingerprint', age: expect.any(Number) });
    expect(told[1]?.tokensSaved).toBeGreaterThan(0);
    const of = (phase: string) => told.findIndex((row) => row.phase === phase);
    const closeTo = (at: number) => expect.closeTo(Number(replies[at]?.similarity), 3);
    expect(told[of('near-miss')]).toMatchObject({ overlap: closeTo(of('near-miss')) });
    expect(told[of('semantic')]).toMatchObject({ similarity: closeTo(of('semantic')) });
    expect(told[4]).toMatchObject({ outcome: 'miss', reason: replies[4]?.reason });
    expect(told[4]?.refusals).toContain(`semantic:${replies[4]?.reason}`);
    for (const row of told) {
      expect(row).not.toHaveProperty('prompt');
      expect(row.lookupMs).toBeGreaterThan(0);
      expect(row.totalMs).toBeGreaterThanOrEqual(row.lookupMs as number);
      expect(Math.abs(Date.now() - (row.time as number))).toBeLessThan(90_000);
      expect(JSON.stringify(row)).not.toContain('France');
    }
  });
});

it('the text of the question is there where the settings say so', async () => {
  const folder = newFolder();
  const { ask, close } = await start(folder, { FOURFOLD_LOG_PROMPTS: 'true' });
  await ask('What is Rust?');
  await ask('What is "Zoë", 日本?');
  await close();
  expect((await rows(folder)).map(({ prompt }) => prompt)).toEqual(['What is Rust?', 'What is "Zoë", 日本?']);
});

it('in shadow mode the row names the entry that would have answered', async () => {
  const folder = newFolder();
  const { ask, close } = await start(folder, { FOURFOLD_MODE: 'shadow' });
  const first = await ask('What is Rust?');
  await ask('What is Rust?');
  await close();
  expect((await rows(folder))[1]).toMatchObject({
    mode: 'shadow',
    outcome: 'bypass',
    reason: 'shadow',
    entry: first.entry,
  });
});

it('what the phases were not asked leaves no row', async () => {
  const folder = newFolder();
  const { ask, close } = await start(folder);
  await ask('What is Rust?', { headers: { 'Cache-Control': 'no-cache' } });
  await ask('not json', { raw: '{' });
  await ask('What is Rust?');
  await close();
  expect(await rows(folder)).toHaveLength(1);
});

it('a kill -9 loses the file that was open, and none that was closed', async () => {
  const folder = newFolder();
  const first = await start(folder, { FOURFOLD_DECISION_LOG_ROTATE: '1s' });
  await first.ask('What is Rust?');
  await vi.waitFor(() => expect(closed(folder)).toHaveLength(1), { timeout: 60_000, interval: 100 });
  const [whole = ''] = closed(folder);
  for (let question = 0; question < 300; question++) await first.ask(`What is question ${question} about?`);
  await vi.waitFor(async () => expect((await decisions(first)).written).toBeGreaterThan(200), {
    timeout: 60_000,
  });
  first.sidecar.process.kill('SIGKILL');
  await new Promise((resolve) => first.sidecar.process.once('exit', resolve));
  await first.provider.close();

  expect(closed(folder)).toContain(whole);
  const told = await rows(folder);
  expect(told.length).toBeGreaterThan(0);
  // The next process of this machine goes on beside what is there, and takes away what nobody can read.
  const next = await start(folder);
  await next.ask('What is Rust?');
  await next.close();
  expect(await rows(folder)).toHaveLength(told.length + 1);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('a folder that cannot be written costs no request', async () => {
  const folder = newFolder();
  writeFileSync(folder, 'a file where the folder should be');
  const { ask, sidecar } = await start(folder);
  const phases = [];
  for (let time = 0; time < 3; time++) phases.push((await ask('What is Rust?')).phase);
  expect(phases).toEqual(['miss', 'fingerprint', 'fingerprint']);
  await vi.waitFor(
    () => expect(sidecar.log.filter(({ msg }) => String(msg).startsWith('the decision log'))).toHaveLength(1),
    { timeout: 20_000 },
  );
  await vi.waitFor(async () => expect(await decisions(chat as Chat)).toMatchObject({ lost: 3 }), {
    timeout: 20_000,
  });
});
