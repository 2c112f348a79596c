import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from '../../../../crds/parse.ts';
import type { Settings, VerifierSettings } from '../../../../crds/settings.ts';
import type { Embedding } from '../../../../sidecar/embedders/index.ts';
import { openVerifier } from '../../../../sidecar/verifier/index.ts';
import { probabilityOf, Verifier } from '../../../../sidecar/verifier/verifier.ts';
import { writeCrossEncoder } from '../../../support/onnx.ts';

/** The second model, which looks at the best match of phase 4 once more. */
const defaults = parse().settings as Settings;
let folder: string;
let verifier: Verifier | undefined;
let outcomes: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'same');
  outcomes = [];
});
afterEach(() => verifier?.close());

async function open(more: Partial<VerifierSettings> = {}): Promise<Verifier> {
  const settings = { ...defaults, verifier: { ...defaults.verifier, folder, deadlineMs: 20_000, ...more } };
  const log = { info: () => {}, warn: () => {} };
  verifier = await openVerifier(
    () => settings,
    {},
    log,
    (outcome) => void outcomes.push(outcome),
  );
  if (verifier === undefined) throw new Error('none');
  // Its model loads in the background; until then nothing is verified.
  const opened = verifier;
  await vi.waitFor(async () => expect(await opened.refuses('red', 'red?', 0.9)).not.toBe('unverified'), {
    timeout: 20_000,
  });
  outcomes = [];
  return verifier;
}

describe('a cross-encoder', () => {
  it('lets a match stand or not by what it says of the two texts, the stored one first', async () => {
    writeCrossEncoder(folder);
    const { refuses } = bound(await open());
    expect(await refuses('red green', 'green red', 0.95)).toBeUndefined();
    expect(await refuses('red not green', 'red green', 0.95)).toBe('verifier');
    expect(await refuses('red green', 'red not green', 0.95)).toBeUndefined();
    expect(outcomes).toEqual(['same', 'different', 'same']);
  });

  it('is asked only below the cosine that the settings say, and never of the same text', async () => {
    writeCrossEncoder(folder);
    const { refuses } = bound(await open({ below: 0.94 }));
    expect(await refuses('red not green', 'red green', 0.94)).toBeUndefined();
    expect(await refuses('red not green', 'red not green', 0.9)).toBeUndefined();
    expect(outcomes).toEqual([]);
    expect(await refuses('red not green', 'red green', 0.93)).toBe('verifier');
  });

  it('is as strict as the settings say', async () => {
    writeCrossEncoder(folder);
    // 1 / (1 + e^-4) is 0.982.
    expect(await (await open({ score: 0.98 })).refuses('red', 'green', 0.9)).toBeUndefined();
    await verifier?.close();
    expect(await (await open({ score: 0.99 })).refuses('red', 'green', 0.9)).toBe('verifier');
  });
});

describe('without a verdict the match does not stand', () => {
  const state = { ready: true, detail: '', queued: 0 };
  const answering = (answer: Embedding) =>
    new Verifier({
      model: { embed: async () => answer, state: () => state, close: async () => {}, deadlineMs: 0 },
      label: () => 1,
      settings: () => ({ score: 0.5, below: 1, deadlineMs: 50 }),
      observe: (outcome) => void outcomes.push(outcome),
    });

  it.each([
    { skipped: 'model-unavailable' },
    { skipped: 'embedder-busy' },
    { skipped: 'embedder-deadline' },
    { skipped: 'embedder-error' },
    { skipped: 'window' },
    { vector: Float32Array.of(Number.NaN) },
    { vector: Float32Array.of() },
  ] satisfies Embedding[])('%j', async (answer) => {
    expect(await answering(answer).refuses('red', 'green', 0.95)).toBe('unverified');
    expect(outcomes).toEqual(['unverified']);
  });
});

describe('the probability', () => {
  it.each([
    [[0], 0, 0.5],
    [[4], 0, 0.982],
    [[1, 1], 1, 0.5],
    [[0, 3, 0], 1, 0.909],
    [[1000, 0], 0, 1],
    [[1000, 0], 1, 0],
    [[0, 0], 5, undefined],
  ])('of %j, label %d, is %s', (logits, label, expected) => {
    const probability = probabilityOf(Float32Array.from(logits), label);
    if (expected === undefined) expect(probability).toBeUndefined();
    else expect(probability).toBeCloseTo(expected, 3);
  });
});

describe('the label that means the same', () => {
  it.each([
    [{ 0: 'contradiction', 1: 'entailment', 2: 'neutral' }],
    [{ 0: 'not_duplicate', 1: 'duplicate' }],
    [{ 0: 'LABEL_0' }],
  ])('is found in %j', async (id2label) => {
    writeCrossEncoder(folder, { 'config.json': { max_position_embeddings: 32, id2label } });
    await expect(
      openVerifier(
        () => ({ ...defaults, verifier: { ...defaults.verifier, folder } }),
        {},
        { info() {}, warn() {} },
        () => {},
      ).then((opened) => opened?.close()),
    ).resolves.toBeUndefined();
  });

  it('has to be said where no name tells it', async () => {
    writeCrossEncoder(folder, {
      'config.json': { max_position_embeddings: 32, id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } },
    });
    const settings = (label: number) => () => ({
      ...defaults,
      verifier: { ...defaults.verifier, folder, label },
    });
    await expect(openVerifier(settings(-1), {}, { info() {}, warn() {} }, () => {})).rejects.toThrow(
      'expected one label such as entailment or duplicate in id2label, found LABEL_0, LABEL_1; set verifier.label',
    );
    await (await openVerifier(settings(1), {}, { info() {}, warn() {} }, () => {}))?.close();
  });
});

const bound = (opened: Verifier) => ({ refuses: opened.refuses.bind(opened) });
