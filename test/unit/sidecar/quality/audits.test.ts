import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parse } from '../../../../crds/parse.ts';
import type { Settings } from '../../../../crds/settings.ts';
import { wilson } from '../../../../crds/wilson.ts';
import type { Hit } from '../../../../sidecar/lookup/hit.ts';
import type { Question } from '../../../../sidecar/lookup/question.ts';
import { type AuditOutcome, Audits, type SecondOpinion } from '../../../../sidecar/quality/audits.ts';
import { entryOf, numbers } from '../stores/entries.ts';

const settings = parse({ value: { auditSampleRate: '20%' }, place: () => '' }).settings as Settings;
const embedder = { embed: async () => ({ skipped: 'model-unavailable' as const }) };
const answer = (content: string) => Buffer.from(JSON.stringify({ choices: [{ message: { content } }] }));
const question = { asked: { text: 'q' }, identity: { id: 'q' } } as Question;
const hit: Hit = {
  entry: { ...entryOf('e'), answer: answer('Yes, it is.') },
  phase: 'semantic',
  similarity: 0.9,
};
const opinion = (content: string, more: Partial<SecondOpinion> = {}): SecondOpinion => ({
  bytes: 10,
  ask: async () => answer(content),
  keep: () => {},
  ...more,
});

function counting(random: () => number, rate = settings) {
  const counts: Record<AuditOutcome, number> = { same: 0, different: 0, unjudged: 0, failed: 0, dropped: 0 };
  const audits = new Audits({
    settings: () => rate,
    embedder,
    random,
    observe: (_, outcome) => counts[outcome]++,
    learn: () => {},
  });
  return { audits, counts };
}

it('the share of planted wrong entries lies within the reported interval in 95 of 100 runs', async () => {
  let within = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const random = numbers(seed);
    const { audits, counts } = counting(random);
    let wrong = 0;
    const hits = 2_000;
    for (let at = 0; at < hits; at++) {
      const isWrong = random() < 0.03;
      if (isWrong) wrong++;
      audits.served(question, hit, () => opinion(isWrong ? 'No, it is not.' : 'yes, it is'));
      if (at % 50 === 0) await turn();
    }
    for (let spins = 0; spins < 50; spins++) await turn();
    expect(counts.dropped).toBe(0);
    const interval = wilson(counts.different, counts.same + counts.different);
    if (interval !== undefined && interval.low <= wrong / hits && wrong / hits <= interval.high) within++;
  }
  expect(within).toBeGreaterThanOrEqual(95);
});

const always = parse({ value: { auditSampleRate: '100%' }, place: () => '' }).settings as Settings;

it('what waits is bounded, and what is beyond is counted', async () => {
  const { audits, counts } = counting(() => 0, always);
  const held = Promise.withResolvers<undefined>();
  for (let at = 0; at < 150; at++)
    audits.served(question, hit, () => opinion('', { ask: () => held.promise }));
  expect(counts.dropped).toBe(48);
  held.resolve(undefined);
  for (let spins = 0; spins < 200 && counts.failed < 102; spins++) await sleep(1);
  expect(counts.failed).toBe(102);
});

it('a body of megabytes does not wait beside others', () => {
  const { audits, counts } = counting(() => 0, always);
  const ask = () => new Promise<undefined>(() => {});
  for (let at = 0; at < 4; at++) audits.served(question, hit, () => opinion('', { bytes: 6_000_000, ask }));
  expect(counts.dropped).toBe(2);
});

it('the end of the process ends what runs, and says nothing of it', async () => {
  const { audits, counts } = counting(() => 0, always);
  let ended = false;
  const ask = (signal: AbortSignal) =>
    new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => {
        ended = true;
        resolve(undefined);
      });
    });
  audits.served(question, hit, () => opinion('', { ask }));
  audits.close();
  await sleep(1);
  expect(ended).toBe(true);
  expect(Object.values(counts)).toEqual([0, 0, 0, 0, 0]);
});

it.each([
  ['chat', { choices: [{ message: { content: null, tool_calls: [{ function: { name: 'pay' } }] } }] }],
  ['responses', { output: [{ type: 'function_call', name: 'pay', arguments: '{}' }] }],
  [
    'messages',
    {
      content: [
        { type: 'text', text: 'Yes, it is.' },
        { type: 'tool_use', name: 'pay' },
      ],
    },
  ],
  ['gemini', { candidates: [{ content: { parts: [{ functionCall: { name: 'pay' } }] } }] }],
])('calls of tools are not judged by the texts beside them: %s', async (_, called) => {
  const { audits, counts } = counting(() => 0, always);
  const calling = Buffer.from(JSON.stringify(called));
  const ofCall = { ...hit, entry: { ...hit.entry, answer: calling } };
  audits.compare(question, ofCall, calling, { counts: true });
  audits.compare(question, ofCall, answer('Yes, it is.'), { counts: true });
  for (let spins = 0; spins < 200 && counts.different + counts.unjudged < 2; spins++) await sleep(1);
  expect(counts).toMatchObject({ unjudged: 1, different: 1, same: 0 });
});

it('what was chosen or in doubt teaches, and is told apart from the sample', async () => {
  const bounded = parse({ value: { auditSampleRate: '100%', maxErrorRate: '1%' }, place: () => '' });
  const told: boolean[] = [];
  let drawn = 0;
  const audits = new Audits({
    settings: () => bounded.settings as Settings,
    embedder,
    random: () => drawn,
    observe: () => {},
    learn: (_, __, ___, counts) => void told.push(counts),
  });
  const again: Hit = { ...hit, phase: 'fingerprint', match: { kind: 'semantic', similarity: 0.9 } };
  audits.served(question, again, () => opinion('Yes, it is.'));
  drawn = 0.99;
  audits.served(question, again, () => opinion('Yes, it is.'));
  audits.compare(question, hit, answer('Yes, it is.'), { counts: false });
  for (let spins = 0; spins < 200 && told.length < 3; spins++) await sleep(1);
  expect(told.toSorted()).toEqual([false, false, true]);
});
