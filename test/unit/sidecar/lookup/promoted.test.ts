import { expect, it } from 'vitest';
import type { Embedder } from '../../../../sidecar/embedders/embedder.ts';
import type { Entry } from '../../../../sidecar/lookup/entry.ts';
import { fingerprint } from '../../../../sidecar/lookup/fingerprint.ts';
import { nearMiss } from '../../../../sidecar/lookup/near-miss.ts';
import { Question } from '../../../../sidecar/lookup/question.ts';
import { lookUp } from '../../../../sidecar/lookup/run.ts';
import { Shelf } from '../../../../sidecar/lookup/shelf.ts';
import { shelve } from '../../../../sidecar/lookup/shelve.ts';
import { Blocked } from '../../../../sidecar/quality/blocked.ts';
import type { Match } from '../../../../sidecar/quality/label.ts';
import { entryOf } from '../stores/entries.ts';

/** A wording that once answered by a near miss is found by its fingerprint, and is no surer for that. */
const own = 'What is the delivery time for orders to Norway?';
const typed = 'What is the delivry time for orders to Norway?';
const again = 'What is the delivry time for ordders to Norway?';

function scene() {
  const shelf = new Shelf(10);
  const entry: Entry = { ...entryOf('e'), text: own, createdAt: 0, expiresAt: 1e15 };
  shelve(shelf, entry);
  const blocked = new Blocked();
  const phases = [fingerprint(shelf, blocked), nearMiss(shelf, () => ({ overlap: 0.8 }), blocked)];
  const weighed: Match[] = [];
  let doubted = false;
  const gate = {
    doubts: (_: string, __: string, match: Match) => {
      weighed.push(match);
      return doubted;
    },
    sure: () => {},
  };
  const ask = async (text: string) => {
    const asked = { model: '', text, exactOnly: undefined, user: undefined, form: 'json', withUsage: false };
    const bounds = { threshold: 0.9, maxAge: undefined, now: 1, askedAt: 1 };
    const question = new Question({ ...asked, form: 'json' }, entry, bounds, {} as Embedder);
    return { question, ...(await lookUp(phases, question, { asked: () => {}, failed: () => {} }, { gate })) };
  };
  return {
    ask,
    entry,
    shelf,
    weighed,
    doubt: () => {
      doubted = true;
    },
  };
}

it('is weighed each time it answers, by the overlap of its words', async () => {
  const { ask, weighed, doubt } = scene();
  const first = await ask(typed);
  expect(first.hit).toMatchObject({ phase: 'near-miss', match: { kind: 'near-miss' } });
  const second = await ask(typed);
  expect(second.hit).toMatchObject({ phase: 'fingerprint', similarity: 1, match: first.hit?.match });
  expect(weighed).toEqual([first.hit?.match, first.hit?.match]);
  doubt();
  expect((await ask(typed)).hit).toBeUndefined();
  expect((await ask(own)).hit).toMatchObject({ phase: 'fingerprint', match: undefined });
});

it('is sure once an audit found it right', async () => {
  const { ask, entry, shelf } = scene();
  const { question } = await ask(typed);
  shelf.verify(entry, question.signature as NonNullable<typeof question.signature>);
  expect((await ask(typed)).hit).toMatchObject({ phase: 'fingerprint', match: undefined });
});

it('lends its doubt to what is like it in turn', async () => {
  const { ask } = scene();
  const one = (await ask(typed)).hit;
  const two = (await ask(again)).hit;
  expect(two).toMatchObject({ phase: 'near-miss' });
  expect(two?.match?.similarity).toBeLessThan(one?.match?.similarity as number);
});
