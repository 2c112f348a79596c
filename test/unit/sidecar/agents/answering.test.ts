import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { expect, it } from 'vitest';
import { Answering } from '../../../../sidecar/agents/answering.ts';
import { Executions } from '../../../../sidecar/agents/executions.ts';
import type { Results, Wanted } from '../../../../sidecar/agents/results.ts';
import { ResultTally } from '../../../../sidecar/agents/tally.ts';
import type { Lookup } from '../../../../sidecar/lookup/run.ts';
import { entryOf, hash } from '../stores/entries.ts';

const wanted = {
  kind: 'tools',
  identity: { partition: hash('p'), scope: hash('s'), exactKey: hash('k'), id: 'id' },
  text: undefined,
  threshold: 0.9,
  since: 0,
} as const satisfies Wanted;
const miss: Lookup = { hit: undefined, best: undefined, reason: undefined, findings: [], milliseconds: 0 };
const hit: Lookup = {
  ...miss,
  hit: { entry: entryOf('a'), phase: 'exact', similarity: 1 },
};
const reply = { raw: { once: () => {} } } as unknown as FastifyReply;
const shown = async () => ({ result: 'kept' });

function answering(...lookups: Lookup[]) {
  const asOf: number[] = [];
  let steady = 100;
  const results = {
    areServed: true,
    find: async ({ since }: Wanted) => {
      asOf.push(since);
      steady += 10;
      return lookups.shift() ?? miss;
    },
  } as unknown as Results;
  const tally = new ResultTally();
  const executions = new Executions(Date.now);
  return {
    answering: new Answering({ results, executions, tally, clock: Date.now, steady: () => steady }),
    tally,
    executions,
    asOf,
  };
}

it('who gets the lease looks once more: another may have stored meanwhile', async () => {
  const made = answering(miss, hit);
  const found = await made.answering.look(wanted, { lease: '5s' }, reply, shown);
  expect(found).toEqual({ hit: true, result: 'kept' });
  expect(made.tally.counts.tools).toMatchObject({ lookups: 1, exactHits: 1, misses: 0 });
  // Nobody waits for an execution that will not be.
  const next = await made.answering.look(wanted, { lease: '5s' }, reply, shown);
  expect(next).toMatchObject({ hit: false, lease: expect.any(String) });
});

it('what is there needs no lease, and is as of the moment of the look', async () => {
  const made = answering(hit);
  expect(await made.answering.look(wanted, { lease: '5s' }, reply, shown)).toEqual({
    hit: true,
    result: 'kept',
  });
  expect(made.asOf).toEqual([100]);
});

it('who executes is told the moment of his last look: what was removed since then is not stored', async () => {
  const made = answering();
  expect(await made.answering.look(wanted, { lease: '5s' }, reply, shown)).toMatchObject({ asOf: 110 });
});

it('a hit that is none for this caller is a miss', async () => {
  const made = answering(hit);
  const found = await made.answering.look(wanted, {}, reply, async () => undefined);
  expect(found).toMatchObject({ hit: false });
  expect(made.tally.counts.tools).toMatchObject({ lookups: 1, exactHits: 0, misses: 1 });
});

it.each([
  ['before he hears that he executes is replaced', { destroyed: false, writableFinished: false }, true],
  ['before it is his turn takes none', { destroyed: true, writableFinished: false }, true],
  ['when he has heard it executes', { destroyed: false, writableFinished: true }, false],
])('who leaves %s', async (_, state, isReplaced) => {
  const made = answering();
  const look = (to: FastifyReply) => made.answering.look(wanted, { lease: '60s', wait: '1' }, to, shown);
  const raw = Object.assign(new EventEmitter(), state);
  await look({ raw } as unknown as FastifyReply);
  const next = look(reply);
  raw.emit('close');
  expect('lease' in (await next)).toBe(isReplaced);
});
