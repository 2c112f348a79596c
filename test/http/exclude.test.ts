import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Chat, startChat } from '../support/chat.ts';
import { configFile } from '../support/wire/index.ts';

/** What is kept out of the cache by what it says. */
let chat: Chat;
beforeAll(async () => {
  chat = await startChat({
    FOURFOLD_CONFIG: configFile({ exclude: { timeSensitive: true, words: ['salary'] } }),
  });
});
afterAll(() => chat?.close());
afterEach(() => chat.provider.forget());

const key = `sk-${'a1B2c3D4'.repeat(4)}`;

it.each([
  ['personal-data', 'Write a mail to jane.doe@example.com'],
  ['secret', `Why is ${key} refused?`],
  ['time-sensitive', 'What is the weather like today?'],
  ['excluded-word', 'What is the usual salary of a baker?'],
])('%s: asked for each time, never stored', async (reason, question) => {
  for (const value of ['', 'max-age=60']) {
    const reply = await chat.ask(question, { key: reason, headers: { 'Cache-Control': value } });
    expect(reply).toMatchObject({ status: 200, phase: 'bypass', reason, entry: undefined });
    expect(reply.cacheStatus).toBe(`fourfold; fwd=bypass; detail=${reason}`);
  }
  expect(chat.provider.stats().calls).toBe(2);
  const quiet = await chat.ask(question, { key: reason, headers: { 'Cache-Control': 'only-if-cached' } });
  expect(quiet).toMatchObject({ status: 504, reason });
});

it('a secret among the tools of a request keeps it out too', async () => {
  const tools = [{ type: 'function', function: { name: 'f', description: `uses ${key}` } }];
  const reply = await chat.ask('Call it', { key: 'tools', body: { tools } });
  expect(reply).toMatchObject({ status: 200, phase: 'bypass', reason: 'secret' });
});

it('a secret in the answer keeps the answer out', async () => {
  chat.provider.always({ content: `Use ${key} for that.` });
  for (const _ of [1, 2])
    expect(await chat.ask('Which key?', { key: 'answer' })).toMatchObject({
      phase: 'miss',
      reason: 'secret-answer',
    });
  chat.provider.always({});
});

it('each rule can be switched off', async () => {
  const own = await startChat({ FOURFOLD_EXCLUDE_PERSONAL_DATA: 'false', FOURFOLD_EXCLUDE_SECRETS: 'false' });
  for (const question of [
    'Write a mail to jane.doe@example.com',
    `Why is ${key} refused?`,
    'What is the weather today?',
  ]) {
    await own.ask(question);
    expect((await own.ask(question)).phase, question).toBe('fingerprint');
  }
  await own.close();
});
