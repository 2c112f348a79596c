import { expect, it } from 'vitest';
import type { Entry } from '../../../../sidecar/lookup/entry.ts';
import { idOf, sha256 } from '../../../../sidecar/lookup/identity.ts';
import { createMemoryStore } from '../../../../sidecar/stores/memory.ts';
import { Importer, type ImporterParts } from '../../../../sidecar/transfer/importer.ts';
import { rowOf, rowOfBlock } from '../../../../sidecar/transfer/row.ts';
import { numbers, randomUnit } from '../stores/entries.ts';

/** Rows into a store; test/http/transfer.test.ts has what a user sees of it. */
const now = Date.UTC(2026, 0, 1);
const scope = sha256('scope');
const exactKey = sha256(`text ${scope} What is Rust?`);
const answer = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'A language.' }, finish_reason: 'stop' }],
};
const entry: Entry = {
  ...{
    id: idOf(exactKey),
    exactKey,
    scope,
    partition: sha256('owner'),
    dialect: 'openai-chat',
    model: 'gpt-4o',
  },
  ...{
    text: 'What is Rust?',
    vector: randomUnit(4, numbers(1)),
    answer: Buffer.from(JSON.stringify(answer)),
  },
  ...{ tags: [], sources: [], createdAt: now - 1_000, expiresAt: now + 60_000, tokens: 3 },
};
const pair = (letter: string) => letter.repeat(22);

function scene(
  skipped: 'embedder-busy' | 'window' | 'model-unavailable' = 'window',
  maxEntryBytes = 1_000_000,
  parts: Partial<ImporterParts> = {},
) {
  const store = createMemoryStore({ maxEntries: 10, dimension: 4, now: () => now });
  const pauses: number[] = [];
  const importer = new Importer({
    store,
    embedder: { model: 'ours', dimension: 4, embed: async () => ({ skipped }) },
    settings: () => ({
      maxEntryBytes,
      exclude: { secrets: true, personalData: true, timeSensitive: false, words: [] },
    }),
    clock: () => now,
    pause: async (milliseconds) => void pauses.push(milliseconds),
    ...parts,
  });
  return { store, importer, pauses };
}
const taken = async ({ importer }: ReturnType<typeof scene>, ...rows: object[]) =>
  await importer.takeAll(rows.map((row) => ({ row: row as Record<string, unknown> })));

it('takes entries and pairs, says where each of the refused stands, and knows them the next time', async () => {
  const here = scene();
  const rows = [
    rowOfBlock(pair('a')),
    rowOf(entry, 'ours'),
    { kind: 'none' },
    rowOfBlock(pair('b')),
    rowOfBlock(pair('a')),
  ];
  const refused = [{ line: 3, reason: expect.stringContaining('kind: expected "entry" or "block"') }];
  expect(await taken(here, ...rows)).toEqual({
    counts: { stored: 4, embedded: 0, known: 0, refused: 1 },
    refused,
  });
  expect(await taken(here, ...rows)).toEqual({
    counts: { stored: 0, embedded: 0, known: 4, refused: 1 },
    refused,
  });
  expect(await here.store.blocks()).toEqual([pair('a'), pair('b')]);
  expect((await here.store.entry(entry.id, now))?.vector).toBeDefined();
});

it('an older answer never takes the place of a younger one', async () => {
  const here = scene();
  await taken(here, rowOf(entry, 'ours'));
  const younger = { ...entry, createdAt: now, tokens: 9 };
  expect((await taken(here, rowOf(younger, 'ours'))).counts.stored).toBe(1);
  expect((await taken(here, rowOf(entry, 'ours'))).counts.known).toBe(1);
  expect((await here.store.entry(entry.id, now))?.tokens).toBe(9);
});

it('a vector of another model goes where the text has none here, and is refused where the model might have made one', async () => {
  const here = scene('window');
  expect((await taken(here, rowOf(entry, 'theirs'))).counts.embedded).toBe(1);
  expect((await here.store.entry(entry.id, now))?.vector).toBeUndefined();
  const busy = scene('embedder-busy');
  expect(await taken(busy, rowOf(entry, 'theirs'))).toMatchObject({
    refused: [{ line: 1, reason: expect.stringContaining('could not be embedded: embedder-busy') }],
  });
  expect(busy.pauses).toEqual([100, 200, 300, 400]);
});

it('what the sidecar would not store is not imported', async () => {
  const secret = JSON.stringify({
    choices: [{ ...answer.choices[0], message: { content: `sk-proj-${'a1B2'.repeat(12)}` } }],
  });
  expect((await taken(scene(), rowOf({ ...entry, answer: Buffer.from(secret) }, 'ours'))).refused).toEqual([
    { line: 1, reason: 'answer: secret-answer' },
  ]);
  expect((await taken(scene('window', 10), rowOf(entry, 'ours'))).refused[0]?.reason).toContain(
    'at most 10 bytes',
  );
});

it('pairs beyond what a cache keeps are refused, each in its place', async () => {
  const here = scene();
  here.store.block = async () => {
    throw new RangeError('more than 100000 blocked pairs');
  };
  expect(await taken(here, rowOfBlock(pair('a')), rowOf(entry, 'ours'), rowOfBlock(pair('b')))).toMatchObject(
    {
      counts: { stored: 1, refused: 2 },
      refused: [{ line: 1, reason: 'pair: more than 100000 blocked pairs' }, { line: 3 }],
    },
  );
});

it('the policy hears of what is stored, and keeps out what it refused; what is replaced is told', async () => {
  const told: string[] = [];
  const here = scene('window', 1_000_000, {
    policy: { refuses: () => false, submit: ({ id }) => void told.push(`submitted ${id}`) },
    replaced: (id) => void told.push(`replaced ${id}`),
  });
  await taken(here, rowOf(entry, 'ours'));
  await taken(here, rowOf(entry, 'ours'));
  expect(told).toEqual([`replaced ${entry.id}`, `submitted ${entry.id}`]);

  const refusing = scene('window', 1_000_000, {
    policy: { refuses: (id) => id === entry.id, submit: () => {} },
  });
  expect((await taken(refusing, rowOf(entry, 'ours'))).refused).toEqual([
    { line: 1, reason: 'answer: policy' },
  ]);
  expect(await refusing.store.entry(entry.id, now)).toBeUndefined();
});

it('others have their turn between the rows', async () => {
  const here = scene();
  let turns = 0;
  let over = false;
  const turn = (): void => {
    turns++;
    if (!over) setImmediate(turn);
  };
  turn();
  const before = turns;
  await taken(here, ...Array.from({ length: 3_000 }, () => rowOf(entry, 'ours')));
  over = true;
  expect(turns - before).toBeGreaterThan(3);
});
