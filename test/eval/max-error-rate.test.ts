import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileOf, isAtHand, streamOf } from '../bench/accuracy/data.ts';
import { said, startChat } from '../support/chat.ts';
import { startProvider } from '../support/provider/index.ts';
import { part } from '../support/require.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';
import { numbers } from '../unit/sidecar/stores/entries.ts';
import { drawn, heldOut } from './offline/held-out.ts';

/** Three minutes for both where eight others want two cores. */
vi.setConfig({ testTimeout: 600_000 });

/** What `node test/eval/learned.ts` shows of the method, of all of the sidecar: over HTTP, in time, with its own comparison. */
const model = await realModel();
const sets = part('eval', isAtHand(), 'the labelled sets are not here; FOURFOLD_EVAL names their folder');
const measurable = part('model', 'files' in model, 'missing' in model ? model.missing : '') && sets;

interface Question {
  readonly text: string;
  readonly intent: string;
}

interface Outcome {
  readonly requests: number;
  readonly hits: number;
  readonly wrong: number;
}

const learning = {
  FOURFOLD_THRESHOLD: '0.8',
  FOURFOLD_MAX_ERROR_RATE: '1%',
  FOURFOLD_AUDIT_SAMPLE_RATE: '5%',
};

/** On a busy machine an embedding takes longer than the usual quarter second, and without one there is no hit to be wrong. */
const patient = 'phases: {semantic: {deadline: 20s}}';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fourfold-bound-'));
  writeFileSync(join(folder, 'fourfold.yaml'), patient);
});
afterAll(() => rmSync(folder, { recursive: true }));

const hitPhases = ['fingerprint', 'near-miss', 'exact', 'semantic'];

/** Asks one after another of an empty cache; the provider's answer is the number of the question's intent. */
async function askAll(questions: readonly Question[], settings: Record<string, string>): Promise<Outcome> {
  const intents = [...new Set(questions.map(({ intent }) => intent))];
  const answers = new Map(
    questions.map(({ text, intent }) => [text, `It is case ${intents.indexOf(intent)}.`]),
  );
  const provider = await startProvider({
    always: ({ json }) => {
      const asked = (json as { messages: { content: string }[] }).messages.at(-1)?.content ?? '';
      return { content: answers.get(asked) ?? 'It is none.' };
    },
  });
  const file = { FOURFOLD_CONFIG: join(folder, 'fourfold.yaml') };
  const chat = await startChat({ ...file, ...settings }, { model: true, provider });
  const outcome = { requests: questions.length, hits: 0, wrong: 0 };
  try {
    for (const { text } of questions) {
      const reply = await chat.ask(text);
      expect(reply.status).toBe(200);
      if (!hitPhases.includes(reply.phase ?? '')) continue;
      outcome.hits++;
      if (said(reply) !== answers.get(text)) outcome.wrong++;
    }
    return outcome;
  } finally {
    await chat.close();
    await provider.close();
  }
}

const sum = (outcomes: readonly Outcome[]): Outcome => ({
  requests: outcomes.reduce((total, { requests }) => total + requests, 0),
  hits: outcomes.reduce((total, { hits }) => total + hits, 0),
  wrong: outcomes.reduce((total, { wrong }) => total + wrong, 0),
});
const wrongShare = ({ wrong, hits }: Outcome) => wrong / hits;
const written = (outcomes: readonly Outcome[]) => JSON.stringify(outcomes);
const hitRatio = ({ hits, requests }: Outcome) => hits / requests;

describe.skipIf(!measurable)('over HTTP, maxErrorRate 1 % with auditSampleRate 5 %', () => {
  it('holds on traffic that it was not tuned on, where its threshold alone does not', async () => {
    const families = heldOut(dirname(fileOf('stream')));
    const [learned, alone]: [Outcome[], Outcome[]] = [[], []];
    for (const seed of [1, 2, 3]) {
      const questions = drawn(families, 1_000, numbers(seed));
      const [one, other] = await Promise.all([
        askAll(questions, learning),
        askAll(questions, { FOURFOLD_THRESHOLD: '0.8' }),
      ]);
      learned.push(one);
      alone.push(other);
    }
    expect(wrongShare(sum(alone)), written(alone)).toBeGreaterThan(0.02);
    expect(wrongShare(sum(learned)), written(learned)).toBeLessThanOrEqual(0.01);
    expect(hitRatio(sum(learned)), written([...learned, ...alone])).toBeGreaterThan(
      hitRatio(sum(alone)) - 0.04,
    );
  });

  it('serves more of a stream than the threshold that holds the same bound on all of them', async () => {
    const questions = streamOf('stream_draw_3')
      .slice(0, 2_500)
      .map(({ prompt, intent }) => ({ text: prompt, intent }));
    const [learned, fixed] = await Promise.all([
      askAll(questions, learning),
      askAll(questions, { FOURFOLD_THRESHOLD: '0.92' }),
    ]);
    expect(wrongShare(learned), written([learned])).toBeLessThanOrEqual(0.01);
    expect(hitRatio(learned), written([learned, fixed])).toBeGreaterThan(hitRatio(fixed) + 0.01);
  });
});
