import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type Chat, startChat } from '../support/chat.ts';
import { startProvider } from '../support/provider/index.ts';
import { part } from '../support/require.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

vi.setConfig({ testTimeout: 90_000 });

/** What users say of answers: `POST /cache/feedback`. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

const stored = 'What is the capital of Wales?';
const typed = 'What is the captial of Wales?';

async function report(chat: Chat, body: object, key = 'test') {
  const answer = await fetch(`${chat.sidecar.url}/cache/feedback`, {
    method: 'POST',
    headers: { authorization: `Bearer sk-${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

it('a wrong hit is not served again, in whatever wording and not after a restart; the entry goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fourfold-feedback-'));
  const settings = { FOURFOLD_STORE: `memory://${folder}` };
  const provider = await startProvider();
  let chat = await startChat(settings, { provider });
  const { entry } = await chat.ask(stored);
  expect(await chat.ask(typed)).toMatchObject({ phase: 'near-miss', entry });
  expect(await chat.ask(typed)).toMatchObject({ phase: 'fingerprint', entry });
  expect(await report(chat, { entry, verdict: 'wrong', prompt: typed })).toEqual({
    status: 200,
    body: { blocked: true },
  });
  expect(await report(chat, { entry, verdict: 'right', prompt: typed })).toMatchObject({
    body: { blocked: true },
  });
  const again = await chat.ask(`please: ${typed}`, { headers: { 'Cache-Control': 'only-if-cached' } });
  expect(again).toMatchObject({ status: 504, reason: 'feedback' });
  expect(await chat.ask(stored)).toMatchObject({ phase: 'fingerprint', entry });
  await chat.close();

  chat = await startChat(settings, { provider });
  expect(await chat.ask(stored)).toMatchObject({ entry, phase: 'exact' });
  const own = await chat.ask(typed);
  expect(own).toMatchObject({ phase: 'miss', reason: 'feedback' });
  expect(own.entry).not.toBe(entry);
  // Its own answer is another entry, which answers from now on
  expect(await chat.ask(typed)).toMatchObject({ phase: 'fingerprint', entry: own.entry });
  expect((await chat.ask(stored)).entry).toBe(entry);
  await chat.close();
  await provider.close();
  rmSync(folder, { recursive: true });
});

it.skipIf(!withModel)('a hit by meaning too', async () => {
  const chat = await startChat({}, { model: true });
  const { entry } = await chat.ask('How do I reset my password?');
  const asked = 'What are the steps to reset my password?';
  expect(await chat.ask(asked)).toMatchObject({ phase: 'semantic', entry });
  await report(chat, { entry, verdict: 'wrong', prompt: asked });
  expect(await chat.ask(asked)).toMatchObject({ phase: 'miss', reason: 'feedback' });
  expect(await chat.ask('How do I reset my password?')).toMatchObject({ phase: 'fingerprint', entry });
  await chat.close();
});

it('an answer that is wrong for its own question goes, and the provider is asked anew', async () => {
  const chat = await startChat();
  const { entry } = await chat.ask(stored);
  expect(await report(chat, { entry, verdict: 'right', prompt: stored })).toMatchObject({
    body: { blocked: false },
  });
  expect(await chat.ask(stored)).toMatchObject({ phase: 'fingerprint' });
  expect(await report(chat, { entry, verdict: 'wrong', prompt: stored })).toMatchObject({
    body: { blocked: true },
  });
  expect(await chat.ask(stored)).toMatchObject({ phase: 'miss' });
  await chat.close();
});

it('nobody reports on the entries of others, and what is malformed names its field', async () => {
  const chat = await startChat();
  const { entry } = await chat.ask(stored);
  await chat.ask(typed);
  const wrong = { entry, verdict: 'wrong', prompt: typed };
  expect(await report(chat, wrong, 'somebody else')).toMatchObject({ status: 404 });
  expect(await report(chat, { ...wrong, entry: 'nowhere' })).toMatchObject({
    status: 404,
    body: { error: { field: 'entry' } },
  });
  for (const [change, field] of [
    [{ verdict: 'bad' }, 'verdict'],
    [{ prompt: '' }, 'prompt'],
    [{ prompt: undefined }, 'prompt'],
    [{ extra: 1 }, 'extra'],
  ] as const)
    expect(await report(chat, { ...wrong, ...change })).toMatchObject({
      status: 400,
      body: { error: { field } },
    });
  expect(await chat.ask(typed)).toMatchObject({ phase: 'fingerprint', entry });
  await chat.close();
});

it('where each end user has a partition, the report names him', async () => {
  const chat = await startChat({ FOURFOLD_PARTITION_BY: 'credential,user' });
  const body = { user: 'ada' };
  const { entry } = await chat.ask(stored, { body });
  expect(await chat.ask(typed, { body })).toMatchObject({ phase: 'near-miss', entry });
  const wrong = { entry, verdict: 'wrong', prompt: typed };
  expect(await report(chat, wrong)).toMatchObject({ status: 404 });
  expect(await report(chat, { ...wrong, user: 'ben' })).toMatchObject({ status: 404 });
  expect(await report(chat, { ...wrong, user: 'ada' })).toMatchObject({ body: { blocked: true } });
  expect(await chat.ask(typed, { body })).toMatchObject({ phase: 'miss', reason: 'feedback' });
  await chat.close();
});

it('an admin sees how many pairs each partition has, and removes them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fourfold-feedback-'));
  const token = join(folder, 'token');
  writeFileSync(token, 'admin\n');
  const chat = await startChat({ FOURFOLD_ADMIN_TOKEN_FILE: token });
  const { entry } = await chat.ask(stored);
  await report(chat, { entry, verdict: 'wrong', prompt: typed });
  const blocks = async (method: string, query = '', from = chat.sidecar.adminUrl) => {
    const headers = { authorization: 'Bearer admin' };
    const answer = await fetch(`${from}/cache/blocks${query}`, { method, headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const { body } = await blocks('GET');
  const [{ partition, pairs }] = body.partitions as [{ partition: string; pairs: number }];
  expect(body).toEqual({ blocks: pairs, partitions: [{ partition, pairs }] });
  expect(await blocks('DELETE')).toMatchObject({ status: 400 });
  expect(await blocks('DELETE', '?partition=short')).toMatchObject({
    status: 400,
    body: { error: { field: 'partition' } },
  });
  expect(await blocks('DELETE', '?all=true', chat.sidecar.url)).toMatchObject({ status: 404 });
  expect(await chat.ask(typed, { headers: { 'Cache-Control': 'only-if-cached' } })).toMatchObject({
    reason: 'feedback',
  });
  expect(await blocks('DELETE', `?partition=${partition}`)).toMatchObject({ body: { removed: pairs } });
  expect(await blocks('GET')).toMatchObject({ body: { blocks: 0, partitions: [] } });
  expect(await chat.ask(typed)).toMatchObject({ phase: 'near-miss', entry });
  await chat.close();
  rmSync(folder, { recursive: true });
});
