import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { startChat } from '../support/chat.ts';
import { inherited } from '../support/inherited.ts';
import { part } from '../support/require.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

vi.setConfig({ testTimeout: 120_000 });

/** `fourfold tune`, by a labelled set and by the log of a sidecar. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
const fourfold = (...args: string[]) =>
  new Promise<{ code: number; out: string; faults: string }>((resolve) => {
    execFile(process.execPath, [cli, ...args], { env: inherited(), timeout: 100_000 }, (error, out, faults) =>
      resolve({ code: Number(error?.code ?? 0), out, faults }),
    );
  });
const newFolder = () => mkdtempSync(join(tmpdir(), 'fourfold-test-'));

const stream: readonly [intent: string, prompt: string][] = [
  ['reset', 'How do I reset my password?'],
  ['france', 'What is the capital of France?'],
  ['reset', 'What are the steps to reset my password?'],
  ['wales', 'What is the capital of Wales?'],
  ['wales', 'What is the captial of Wales?'],
  ['france', 'what is the capital of france'],
  ['reset', 'Please, how do I reset my password?'],
  ['sum', 'What is 2 + 2?'],
  ['other-sum', 'What is 2 + 3?'],
  ['on', 'How do I enable two-factor authentication?'],
  ['off', 'How do I disable two-factor authentication?'],
  ['refund', 'How long does a refund take?'],
  ['refund', 'How long do refunds take?'],
  ['refund', 'When will I get my refund?'],
  ['invoice', 'Where can I download my invoice?'],
  ['invoice', 'Where do I find my invoice to download?'],
  ['rust', 'What is Rust?'],
  ['rust', 'Tell me about Rust'],
  ['reset', 'How can I reset my password?'],
  ['france', "What's the capital of France?"],
];

describe.skipIf(!withModel)('fourfold tune', () => {
  it('replays a labelled stream as the sidecar answers it, and prints what to apply', async () => {
    const folder = newFolder();
    const chat = await startChat({}, { model: true });
    const phases = [];
    for (const [, prompt] of stream) phases.push((await chat.ask(prompt)).phase);
    await chat.close();
    const hits = phases.filter((phase) => phase !== 'miss').length;
    expect(hits).toBeGreaterThan(5);

    const file = join(folder, 'stream.csv');
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    writeFileSync(file, `intent,prompt\n${stream.map((row) => row.map(quoted).join(',')).join('\n')}\n`);
    const svg = join(folder, 'curve.svg');
    const { code, out, faults } = await fourfold(
      'tune',
      file,
      '--max-error',
      '50%',
      '--plot',
      svg,
      '--cache',
      'support',
    );
    expect([code, faults]).toEqual([0, expect.stringContaining('replayed 28 of 28')]);
    const now = out.split('\n').find((line) => /now/.test(line)) ?? '';
    expect(now.trim().split(/\s+/).slice(0, 2)).toEqual(['0.90', String(hits)]);
    expect(out).toMatch(/kubectl patch scache\/support --type merge -p '\{"spec":\{"threshold":0\.\d+/);
    expect(readFileSync(svg, 'utf8')).toContain('<title>recommended</title>');
    // Twenty questions cannot tell that an error is below a hundredth.
    expect(await fourfold('tune', file)).toMatchObject({
      code: 1,
      faults: expect.stringContaining('No setting is known'),
    });
  });

  it('reads the log of a sidecar with what audits found, and writes pairs to judge', async () => {
    const folder = newFolder();
    const log = join(folder, 'decisions');
    const config = join(folder, 'fourfold.yaml');
    writeFileSync(config, 'auditSampleRate: 100%\n');
    const chat = await startChat(
      { FOURFOLD_CONFIG: config, FOURFOLD_DECISION_LOG_FOLDER: log, FOURFOLD_LOG_PROMPTS: 'true' },
      { model: true },
    );
    let hits = 0;
    for (const [, prompt] of [...stream, ...stream]) if ((await chat.ask(prompt)).phase !== 'miss') hits++;
    const written = async () =>
      ((await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as { decisions: { written: number } })
        .decisions.written;
    // One row for each question, and one for each audited hit that could be judged.
    await vi.waitFor(async () => expect(await written()).toBeGreaterThan(2 * stream.length), {
      timeout: 60_000,
      interval: 200,
    });
    await chat.close();

    const { out, faults } = await fourfold('tune', log, '--max-error', '99%');
    expect(faults).toBe('');
    expect(out).toContain(`${2 * stream.length} lookups of a log`);
    expect(out).not.toContain(', 0 of their hits audited');
    expect(
      out
        .split('\n')
        .find((line) => /now/.test(line))
        ?.trim()
        .split(/\s+/)
        .slice(0, 2),
    ).toEqual(['0.90', String(hits)]);

    const pairs = join(folder, 'pairs.jsonl');
    expect(await fourfold('tune', log, '--label', pairs)).toMatchObject({ code: 0 });
    const lines = readFileSync(pairs, 'utf8').trim().split('\n');
    expect(lines.length).toBeGreaterThan(4);
    const judged = lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), same: true }));
    writeFileSync(pairs, judged.join('\n'));
    const labelled = await fourfold('tune', pairs, '--max-error', '60%');
    expect(labelled).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${lines.length} questions, labelled`),
    });
  });

  it('says what it cannot use', async () => {
    const folder = newFolder();
    const file = join(folder, 'rows.jsonl');
    writeFileSync(file, '{"question": "What is Rust?"}\n');
    expect(await fourfold('tune')).toMatchObject({
      code: 2,
      faults: expect.stringContaining('expected files'),
    });
    expect(await fourfold('tune', file)).toMatchObject({
      code: 2,
      faults: expect.stringContaining('line 1: expected prompt and intent'),
    });
    expect(await fourfold('tune', file, '--max-error', 'little')).toMatchObject({
      code: 2,
      faults: expect.stringContaining('--max-error: expected a share such as 1% or 0.01, found little'),
    });
    expect(await fourfold('tune', join(folder, 'none.jsonl'))).toMatchObject({
      code: 1,
      faults: expect.stringContaining('ENOENT'),
    });
  });
});
