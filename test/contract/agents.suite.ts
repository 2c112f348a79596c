import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Agents, idsOf } from '../support/agents/calls.ts';
import { type Chat, startChat } from '../support/chat.ts';
import { ownClock } from '../support/clock.ts';
import { part } from '../support/require.ts';
import { configFile, eventually } from '../support/wire/index.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

// Each of them is a few calls; a busy machine takes long for them all the same.
vi.setConfig({ testTimeout: 120_000 });

/**
 * What holds for the results of tools and searches, whatever store keeps them: asked of a running sidecar. `store`: the
 * environment of a sidecar with it; each name is a cache by itself.
 */
export function agentsContract(name: string, store: (name: string) => Promise<Record<string, string>>): void {
  describe(`agents: ${name}`, () => {
    let chat: Chat;
    let agents: Agents;
    const clock = ownClock();
    beforeAll(async () => {
      const configuration = {
        tools: {
          policies: [
            { tool: 'send_mail', readOnly: false },
            { tool: 'brief-by-policy', ttl: '1s' },
            { tool: 'with-failures', storeFailures: true },
            { tool: 'exact-only', semantic: false },
            { tool: 'own-field', text: 'wish' },
            { tool: 'severe', threshold: 0.999 },
          ],
        },
        memories: { types: [{ type: 'short', ttl: '1s' }] },
        // A busy machine embeds late, and no test here is about that.
        phases: { semantic: { deadline: '1m' } },
      };
      chat = await startChat(
        { FOURFOLD_CONFIG: configFile(configuration), ...clock.environment, ...(await store('usual')) },
        { model: withModel },
      );
      agents = new Agents(chat.sidecar.url);
    });
    afterAll(() => chat?.close());

    const report = async (of = chat) =>
      (await (await fetch(`${of.sidecar.adminUrl}/stats`)).json()) as {
        kinds: Record<'answers' | 'tools' | 'memories', Record<string, number>>;
        embedder: { outcomes: Record<string, number> };
      };
    const gone = (look: () => Promise<{ hit: boolean }>) =>
      eventually(async () => !(await look()).hit, 10_000);

    describe('tools', () => {
      it('a result answers the same input, whatever the order of its fields, with what was said of it', async () => {
        expect(await agents.lookup('weather', { city: 'Paris', days: 2 })).toMatchObject({ hit: false });
        const stored = await agents.keep(
          'weather',
          { city: 'Paris', days: 2 },
          { sun: true },
          { metadata: { by: 'me' } },
        );
        expect(stored).toMatchObject({ status: 201, body: { entry: expect.any(String) } });
        const found = await agents.lookup('weather', { days: 2, city: 'Paris' });
        expect(found).toMatchObject({
          hit: true,
          result: { sun: true },
          success: true,
          phase: 'exact',
          similarity: 1,
          entry: stored.body.entry,
          age: expect.any(Number),
          accessCount: 1,
          metadata: { by: 'me' },
        });
        const life = Date.parse(found.expiresAt) - Date.parse(found.createdAt);
        // A shared store shortens lives a little, so that not all end at once.
        expect(life).toBeLessThanOrEqual(3_600_000);
        expect(life).toBeGreaterThan(3_000_000);
        expect(await agents.lookup('weather', { days: 2, city: 'Paris' })).toMatchObject({ accessCount: 2 });
      });

      it('two tools with one input keep two results', async () => {
        await agents.keep('one', { q: 1 }, 'first');
        await agents.keep('two', { q: 1 }, 'second');
        expect((await agents.lookup('one', { q: 1 })).result).toBe('first');
        expect((await agents.lookup('two', { q: 1 })).result).toBe('second');
        expect(await agents.lookup('three', { q: 1 })).toMatchObject({ hit: false });
      });

      it('a name of a tool is a name, whatever stands in it', async () => {
        const names = ['a/b', 'a b', '*', '{x}', '...', 'münchen', 'a,b', 'x'.repeat(300)];
        for (const each of names) await agents.keep(encodeURIComponent(each), 1, each);
        for (const each of names)
          expect((await agents.lookup(encodeURIComponent(each), 1)).result, each).toBe(each);
        expect((await agents.call('DELETE', `/cache/tools/${encodeURIComponent('*')}`)).body.removed).toBe(1);
        expect((await agents.lookup('a%20b', 1)).hit).toBe(true);
      });

      it('another key, another partition', async () => {
        await agents.keep('mine', { q: 1 }, 'secret', {}, 'one');
        expect(await agents.lookup('mine', { q: 1 }, {}, 'two')).toMatchObject({ hit: false });
        expect((await agents.call('DELETE', '/cache/tools/mine', undefined, 'two')).body).toEqual({
          removed: 0,
        });
        expect(await agents.lookup('mine', { q: 1 }, {}, 'one')).toMatchObject({ hit: true });
      });

      it('a failed call is not kept, unless the policy says so, and then it says that it failed', async () => {
        expect((await agents.keep('flaky', { q: 1 }, 'no', { success: false })).body).toEqual({
          stored: false,
          reason: 'failed',
        });
        expect(await agents.lookup('flaky', { q: 1 })).toMatchObject({ hit: false });
        await agents.keep('with-failures', { q: 1 }, 'no', { success: false });
        expect(await agents.lookup('with-failures', { q: 1 })).toMatchObject({ hit: true, success: false });
      });

      it('nothing is kept of a tool that changes something', async () => {
        const not = { reason: 'not-read-only' };
        expect((await agents.keep('send_mail', { to: 'a' }, 'sent')).body).toEqual({ stored: false, ...not });
        expect(await agents.lookup('send_mail', { to: 'a' }, { lease: '1s' })).toEqual({
          hit: false,
          ...not,
        });
      });

      it('what is over does not answer: by the time of the call, and by that of the policy', async () => {
        await agents.keep('brief', { q: 1 }, 'yes', { ttl: 1 });
        await agents.keep('brief-by-policy', { q: 1 }, 'yes');
        await gone(() => agents.lookup('brief', { q: 1 }));
        await gone(() => agents.lookup('brief-by-policy', { q: 1 }));
      });

      it('DELETE removes the results of one tool', async () => {
        for (const n of [1, 2, 3]) await agents.keep('gone', { n }, n);
        await agents.keep('stays', { n: 1 }, 1);
        // Who only wanted to count found everything gone.
        expect((await agents.call('DELETE', '/cache/tools/gone?dryRun=true')).body).toEqual({ removed: 3 });
        expect((await agents.call('DELETE', '/cache/tools/gone?dryrun=true')).status).toBe(400);
        expect(await agents.lookup('gone', { n: 1 })).toMatchObject({ hit: true });
        expect((await agents.call('DELETE', '/cache/tools/gone')).body).toEqual({ removed: 3 });
        expect(await agents.lookup('gone', { n: 1 })).toMatchObject({ hit: false });
        expect(await agents.lookup('stays', { n: 1 })).toMatchObject({ hit: true });
      });

      it('what was removed while it was computed does not come in', async () => {
        const { asOf } = await agents.lookup('slow', { n: 1 });
        await agents.call('DELETE', '/cache/tools/slow');
        const stored = await agents.keep('slow', { n: 1 }, 'old', { since: asOf });
        expect(stored.body).toEqual({ stored: false, reason: 'removed' });
      });

      it('a moment of asking that is too long ago or not yet there opens nothing and ends nothing', async () => {
        await agents.keep('timeless', { n: 1 }, 'stays');
        const ancient = await agents.keep('timeless', { n: 2 }, 'old', { since: 1 });
        expect(ancient.body).toEqual({ stored: false, reason: 'removed' });
        const future = Date.now() + 365 * 86_400_000;
        expect((await agents.keep('timeless', { n: 3 }, 'new', { since: future })).status).toBe(201);
        expect(await agents.lookup('timeless', { n: 1 })).toMatchObject({ hit: true });
      });

      it('big numbers keep their digits, and differ by them', async () => {
        const put = (id: string) =>
          agents.call(
            'PUT',
            '/cache/tools/big',
            `{"input": {"id": ${id}}, "result": ${id}, "success": true}`,
          );
        const get = async (id: string) => {
          const path = `${chat.sidecar.url}/cache/tools/big/lookup`;
          const headers = { Authorization: 'Bearer sk-test', 'Content-Type': 'application/json' };
          const body = `{"input": {"id": ${id}}}`;
          return (await fetch(path, { method: 'POST', headers, body })).text();
        };
        await put('12345678901234567890');
        await put('12345678901234567891');
        expect(await get('12345678901234567890')).toContain('"result":12345678901234567890,');
        expect(await get('12345678901234567891')).toContain('"result":12345678901234567891,');
        expect(await get('12345678901234567892')).toContain('"hit":false');
      });

      it.each([null, false, 0, '', [], {}, 'text', 12.5, { deep: { list: [1, null] } }])(
        'a result of %j comes back as it was',
        async (result) => {
          await agents.keep('any', { result }, result);
          expect((await agents.lookup('any', { result })).result).toEqual(result);
        },
      );

      describe.skipIf(!withModel)('by meaning', () => {
        const asked = 'How do I reset my password?';
        const otherwise = 'how can I reset my password';

        it('another wording of the question hits within the tool, and all else must be equal', async () => {
          await agents.keep('search', { query: asked, limit: 5 }, ['reset']);
          const found = await agents.lookup('search', { query: otherwise, limit: 5 });
          expect(found).toMatchObject({ hit: true, result: ['reset'], phase: 'semantic' });
          expect(found.similarity).toBeGreaterThan(0.9);
          for (const [tool, input] of [
            ['search', { query: otherwise, limit: 6 }],
            ['search', { query: otherwise }],
            ['search', { query: otherwise, limit: 5, safe: true }],
            ['browse', { query: otherwise, limit: 5 }],
          ] as const)
            expect(await agents.lookup(tool, input), JSON.stringify(input)).toMatchObject({ hit: false });
          expect(await agents.lookup('search', { query: otherwise, limit: 5 }, {}, 'two')).toMatchObject({
            hit: false,
          });
        });

        it('by the policy of the tool: not at all, by a field of its own, only what is very near', async () => {
          await agents.keep('exact-only', { query: asked }, 1);
          expect(await agents.lookup('exact-only', { query: otherwise })).toMatchObject({ hit: false });
          await agents.keep('own-field', { wish: asked }, 1);
          expect(await agents.lookup('own-field', { wish: otherwise })).toMatchObject({ hit: true });
          await agents.keep('own-field', { query: asked }, 1);
          expect(await agents.lookup('own-field', { query: otherwise })).toMatchObject({ hit: false });
          await agents.keep('severe', { query: asked }, 1);
          expect(await agents.lookup('severe', { query: otherwise })).toMatchObject({
            hit: false,
            reason: 'threshold',
            similarity: expect.any(Number),
          });
        });

        it('a caller who says so is answered by the exact input only', async () => {
          const exact = { semantic: false };
          await agents.keep('caller', { query: asked }, 'loose');
          expect(await agents.lookup('caller', { query: otherwise }, exact)).toMatchObject({ hit: false });
          await agents.keep('caller', { query: asked }, 'exact', exact);
          expect((await agents.lookup('caller', { query: asked }, exact)).result).toBe('exact');
          expect((await agents.lookup('caller', { query: asked })).result).toBe('loose');
        });

        it('guards and threshold hold as they do for questions', async () => {
          await agents.keep('guarded', { query: 'How do I enable two-factor login?' }, 'on');
          const refused = await agents.lookup('guarded', { query: 'How do I disable two-factor login?' });
          expect(refused).toMatchObject({ hit: false, reason: expect.any(String) });
          await agents.keep('strict', { query: asked }, 'reset');
          const strict = await agents.lookup('strict', { query: otherwise }, { threshold: 0.999 });
          expect(strict).toMatchObject({ hit: false, reason: 'threshold' });
          // A looser one than the configured one does not count.
          await agents.keep('loose', { query: 'What is Rust?' }, 'rust');
          const loose = await agents.lookup('loose', { query: 'Tell me about Rust' }, { threshold: 0.1 });
          expect(loose).toMatchObject({ hit: false, reason: 'threshold' });
        });

        it('the best candidate wins, not the first', async () => {
          const wordings = [
            'what are the steps to reset my password',
            'How do I reset my password, please?',
            'how could I reset my password',
          ];
          for (const query of wordings) await agents.keep('best', { query }, query);
          const found = await agents.lookup('best', { query: 'How could I reset my password?' });
          expect(found).toMatchObject({ hit: true, result: 'how could I reset my password' });
          expect(found.similarity).toBeGreaterThan(0.98);
        });

        it('a thousand neighbours of another tool, of another key and past their time do not hide a hit', async () => {
          const input = { query: asked, n: 0 };
          for (let n = 0; n < 1_000; n += 50)
            await Promise.all(
              Array.from({ length: 50 }, (_, at) => {
                const query = `${otherwise}${' please'.repeat((n + at) % 40)}`;
                return agents.keep('crowd', { query, n: Math.floor((n + at) / 40) }, n + at);
              }),
            );
          for (const query of [otherwise, `${otherwise} please`]) {
            await agents.keep('alone', { query, n: 0 }, 'foreign', {}, 'foreigner');
            await agents.keep('alone', { query, n: 0 }, 'over', { ttl: 0.001 });
          }
          await agents.keep('alone', input, 'mine');
          const found = await agents.lookup('alone', { query: 'how can I reset my password?', n: 0 });
          expect(found).toMatchObject({ hit: true, result: 'mine', phase: 'semantic' });
        });
      });
    });

    describe('memories', () => {
      it('a search answers for the same set of tags only', async () => {
        const results = [{ id: 'm1', text: 'tea' }];
        const { body } = await agents.memorize('what does Ana drink', ['user:1', 'taste'], results);
        const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        expect(await agents.recall('what does Ana drink', ['taste', 'user:1', 'taste'])).toEqual({
          ...{ hit: true, cached: true, results, phase: 'exact', similarity: 1 },
          ...{ entry: body.entry, age: expect.any(Number), accessCount: 1 },
          ...{ createdAt: instant, expiresAt: instant },
        });
        for (const tags of [['taste'], ['user:1'], [], ['user:1', 'taste', 'more'], ['user:1,taste']])
          expect(await agents.recall('what does Ana drink', tags), String(tags)).toMatchObject({
            hit: false,
          });
        const other = await agents.recall('what does Ana drink', ['user:1', 'taste'], {}, 'other');
        expect(other).toMatchObject({ hit: false });
      });

      it.skipIf(!withModel)('another wording of the query hits within the same set of tags', async () => {
        await agents.memorize('How do I reset my password?', ['help'], idsOf('reset'));
        const found = await agents.recall('how can I reset my password', ['help']);
        expect(found).toMatchObject({ hit: true, phase: 'semantic', results: [{ id: 'reset' }] });
        expect(await agents.recall('how can I reset my password', ['more'])).toMatchObject({ hit: false });
      });

      it('at most k results, and none where fewer were searched for', async () => {
        const results = idsOf(1, 2, 3);
        await agents.memorize('three of them', ['k'], results);
        expect((await agents.recall('three of them', ['k'], { k: 2 })).results).toEqual(results.slice(0, 2));
        expect((await agents.recall('three of them', ['k'], { k: 9 })).results).toEqual(results);
        await agents.memorize('three of many', ['k'], results, { k: 3 });
        expect(await agents.recall('three of many', ['k'], { k: 3 })).toMatchObject({ hit: true });
        expect(await agents.recall('three of many', ['k'], { k: 4 })).toMatchObject({ hit: false });
      });

      it('types are apart, and have lives of their own', async () => {
        await agents.memorize('of one type', ['t'], idsOf(1), { type: 'episodic' });
        expect(await agents.recall('of one type', ['t'], { type: 'episodic' })).toMatchObject({ hit: true });
        expect(await agents.recall('of one type', ['t'], { type: 'semantic' })).toMatchObject({ hit: false });
        expect(await agents.recall('of one type', ['t'])).toMatchObject({ hit: false });
        await agents.memorize('of a short type', ['t'], idsOf(1), { type: 'short' });
        await gone(() => agents.recall('of a short type', ['t'], { type: 'short' }));
        expect(await agents.recall('of one type', ['t'], { type: 'episodic' })).toMatchObject({ hit: true });
      });

      it('a written id drops every result that holds it and nothing else', async () => {
        await agents.memorize('alpha beta', ['w'], idsOf('a', 'b'));
        await agents.memorize('beta gamma', ['w'], idsOf('b', 'c'));
        await agents.memorize('gamma delta', ['w'], idsOf('c', 4));
        await agents.memorize('beta of another', ['w'], idsOf('b'), {}, 'another');
        expect(await agents.written([])).toBe(0);
        expect(await agents.written(['b', 'nobody', 'b'])).toBe(2);
        expect(await agents.recall('alpha beta', ['w'])).toMatchObject({ hit: false });
        expect(await agents.recall('beta gamma', ['w'])).toMatchObject({ hit: false });
        expect(await agents.recall('gamma delta', ['w'])).toMatchObject({ hit: true });
        expect(await agents.recall('beta of another', ['w'], {}, 'another')).toMatchObject({ hit: true });
        expect(await agents.written(['4'])).toBe(1);
      });

      it('searches are dropped by a tag of theirs, and all at once, and tools stay', async () => {
        const key = 'dropper';
        await agents.memorize('of one', ['a', 'b'], idsOf(1), {}, key);
        await agents.memorize('of two', ['b'], idsOf(2), {}, key);
        await agents.memorize('of three', [], idsOf(3), {}, key);
        await agents.keep('dropper', 1, 'stays', {}, key);
        await agents.memorize('of another', ['a'], idsOf(1), {}, 'another');
        const drop = async (path: string) => (await agents.call('DELETE', path, undefined, key)).body.removed;
        expect(await drop('/cache/entries?tag=a')).toBe(1);
        expect(await agents.recall('of two', ['b'], {}, key)).toMatchObject({ hit: true });
        expect(await drop('/cache/memories?dryRun=true')).toBe(2);
        expect(await drop('/cache/memories')).toBe(2);
        expect(await agents.recall('of two', ['b'], {}, key)).toMatchObject({ hit: false });
        expect(await agents.lookup('dropper', 1, {}, key)).toMatchObject({ hit: true });
        expect(await agents.recall('of another', ['a'], {}, 'another')).toMatchObject({ hit: true });
      });

      it('an answer that is bound to documents goes when one of them is written', async () => {
        const ask = (more: object = {}) => chat.ask('Which documents?', { key: 'test', ...more });
        await ask({ headers: { 'x-fourfold-sources': 'doc-b,doc-z' } });
        await eventually(async () => (await ask()).phase !== 'miss', 10_000);
        expect(await agents.written(['doc-a'])).toBe(0);
        expect((await ask()).phase).not.toBe('miss');
        expect(await agents.written(['doc-z'])).toBe(1);
        expect((await ask()).phase).toBe('miss');
      });

      it('what was searched before a write does not come in after it', async () => {
        const { asOf } = await agents.recall('racing along', ['r']);
        await agents.written(['r1']);
        const late = await agents.memorize('racing along', ['r'], idsOf('r1'), { since: asOf });
        expect(late.body).toEqual({ stored: false, reason: 'removed' });
        const other = await agents.memorize('racing along', ['r'], idsOf('r2'), { since: asOf });
        expect(other.status).toBe(201);
      });

      it.skipIf(!withModel)('the vector of a search that found nothing is given on request', async () => {
        const missed = await agents.recall('where is the key', ['v'], { embedding: true });
        expect(missed.embedding).toHaveLength(384);
        expect(Math.hypot(...missed.embedding)).toBeCloseTo(1, 4);
        expect(await agents.recall('where is the key', ['v'])).not.toHaveProperty('embedding');
      });

      it.skipIf(!withModel)('a query is embedded once: looked up, given out and kept', async () => {
        const embedded = async () => {
          const { embedder } = await report();
          return Object.values(embedder.outcomes).reduce((sum, count) => sum + count, 0);
        };
        const before = await embedded();
        const { embedding } = await agents.recall('where did we park the car', ['v'], { embedding: true });
        expect(embedding).toHaveLength(384);
        await agents.memorize('where did we park the car', ['v'], idsOf('p'));
        expect(await agents.recall('where did we park the car', ['v'])).toMatchObject({ phase: 'exact' });
        expect((await embedded()) - before).toBe(1);
        // It was kept with its vector.
        const found = await agents.recall('where did we park our car', ['v']);
        expect(found).toMatchObject({ hit: true, phase: 'semantic', results: [{ id: 'p' }] });
      });
    });

    it('what is removed after the clock was set back does not come in either: tools, searches, answers', async () => {
      const bound = { key: 'test', headers: { 'x-fourfold-sources': 'doc-1' } };
      const ask = () => chat.ask('What does the document say of clocks?', bound);
      const tool = await agents.lookup('back', { n: 1 });
      const search = await agents.recall('back in time', ['c']);
      chat.provider.next({ latencyMs: 2_000 });
      const underWay = ask();
      await eventually(async () => chat.provider.stats().running > 0, 10_000);
      clock.set(-60_000);
      try {
        await agents.call('DELETE', '/cache/tools/back');
        await agents.written(['doc-1']);
        const late = [
          await agents.keep('back', { n: 1 }, 'old', { since: tool.asOf }),
          await agents.memorize('back in time', ['c'], idsOf('doc-1'), { since: search.asOf }),
        ];
        for (const { body } of late) expect(body).toEqual({ stored: false, reason: 'removed' });
        expect((await underWay).phase).toBe('miss');
        expect((await ask()).phase).toBe('miss');
        // What was asked since then does.
        await eventually(async () => (await ask()).phase !== 'miss', 10_000);
        expect((await agents.keep('back', { n: 1 }, 'new')).status).toBe(201);
        expect((await agents.lookup('back', { n: 1 })).result).toBe('new');
      } finally {
        clock.set(0);
      }
    });

    describe('one execution for identical callers', () => {
      const leased = { lease: '20s' };
      const fail = (lease: string, error: string) =>
        agents.call('POST', `/cache/executions/${lease}/failed`, { error });

      it('a hundred at once execute once, and all get the result', async () => {
        let executed = 0;
        const one = async (): Promise<unknown> => {
          const found = await agents.lookup('busy', { n: 1 }, leased);
          if (found.hit) return found.result;
          expect(found.lease).toEqual(expect.any(String));
          executed++;
          await new Promise((resolve) => setTimeout(resolve, 300));
          await agents.keep('busy', { n: 1 }, 'done', { lease: found.lease });
          return 'done';
        };
        const all = await Promise.all(Array.from({ length: 100 }, one));
        expect(new Set(all)).toEqual(new Set(['done']));
        expect(executed).toBe(1);
      });

      it('a result that is not kept reaches those who wait, and says whether it failed', async () => {
        const { lease } = await agents.lookup('unkept', { n: 1 }, leased);
        const waiting = await agents.waiting('unkept', { n: 1 }, leased);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await agents.keep('unkept', { n: 1 }, 'no', { lease, success: false });
        expect(await waiting()).toEqual({ hit: true, phase: 'collapsed', result: 'no', success: false });
        expect(await agents.lookup('unkept', { n: 1 })).toMatchObject({ hit: false });
      });

      it('an error reaches those who wait and is not kept', async () => {
        const { lease } = await agents.lookup('failing', { n: 1 }, leased);
        const waiting = await agents.waiting('failing', { n: 1 }, leased);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect((await fail(lease, 'no such city')).body).toEqual({ settled: true });
        expect(await waiting()).toEqual({ hit: false, error: { message: 'no such city' } });
        expect(await agents.lookup('failing', { n: 1 })).toMatchObject({ hit: false });
      });

      it('an executor who dies is replaced, and what he says later does not count', async () => {
        const { lease } = await agents.lookup('dying', { n: 1 }, { lease: '300ms' });
        const next = await agents.lookup('dying', { n: 1 }, leased);
        expect(next).toMatchObject({ hit: false, lease: expect.any(String) });
        expect(next.lease).not.toBe(lease);
        const renewed = await agents.call('POST', `/cache/executions/${lease}/renew`, leased);
        expect(renewed.body).toEqual({ renewed: false });
        expect((await fail(lease, 'late')).body).toEqual({ settled: false });
        await fail(next.lease, 'over');
      });

      it('an executor who gives up is replaced at once', async () => {
        const { lease } = await agents.lookup('releasing', { n: 1 }, leased);
        const waiting = await agents.waiting('releasing', { n: 1 }, leased);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect((await agents.call('POST', `/cache/executions/${lease}/release`, {})).body).toEqual({
          released: true,
        });
        const next = await waiting();
        expect(next).toMatchObject({ hit: false, lease: expect.any(String) });
        await fail(next.lease, 'over');
      });

      it('who has nothing to share sends all who wait on their own way', async () => {
        const { lease } = await agents.lookup('dismissing', { n: 1 }, leased);
        const waiting = await Promise.all([1, 2].map(() => agents.waiting('dismissing', { n: 1 }, leased)));
        await new Promise((resolve) => setTimeout(resolve, 300));
        await agents.call('POST', `/cache/executions/${lease}/release`, { all: true });
        for (const answer of waiting)
          expect(await answer()).toEqual({ hit: false, asOf: expect.any(Number) });
      });

      it('who searched for fewer does not answer who wants more', async () => {
        const few = await agents.recall('both at once', ['x'], { k: 1, ...leased });
        const many = await agents.recall('both at once', ['x'], { k: 5, ...leased });
        expect([few.lease, many.lease]).toEqual([expect.any(String), expect.any(String)]);
        await fail(few.lease, 'over');
        await fail(many.lease, 'over');
      });

      it('a result under the lease of another call reaches nobody', async () => {
        const { lease } = await agents.lookup('leased', { n: 1 }, leased);
        const wrong = await agents.keep('leased', { n: 2 }, 'other', { lease });
        expect(wrong).toMatchObject({ status: 400, body: { error: { field: 'lease' } } });
        expect(await agents.lookup('leased', { n: 2 })).toMatchObject({ hit: false });
        await fail(lease, 'over');
      });

      it('who waits for another hears that somebody is there', async () => {
        const { lease } = await agents.lookup('audible', { n: 1 }, leased);
        const answer = await fetch(`${chat.sidecar.url}/cache/tools/audible/lookup`, {
          method: 'POST',
          headers: { Authorization: 'Bearer sk-test', 'Content-Type': 'application/json' },
          body: JSON.stringify({ input: { n: 1 }, ...leased }),
        });
        // Headers and a first space are here, and the answer is not.
        const reader = answer.body?.getReader();
        const first = await reader?.read();
        expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^ +$/);
        await agents.keep('audible', { n: 1 }, 'heard', { lease });
        let rest = '';
        for (let next = await reader?.read(); !next?.done; next = await reader?.read())
          rest += Buffer.from(next?.value ?? []).toString();
        expect(JSON.parse(rest)).toMatchObject({ hit: true, result: 'heard' });
      });
    });

    it('what is over goes by itself; beyond maxEntries the least recently used goes; each is counted by its kind', async () => {
      const small = await startChat({ FOURFOLD_MAX_ENTRIES: '10', ...(await store('small')) });
      const few = new Agents(small.sidecar.url);
      const count = async (kind: 'tools' | 'memories') => {
        const { entries, evictions, expirations } = (await report(small)).kinds[kind];
        return { entries, evictions, expirations };
      };
      for (const id of [1, 2]) await few.memorize(`brief ${id}`, [], idsOf(id), { ttl: 4 });
      expect(await count('memories')).toEqual({ entries: 2, evictions: 0, expirations: 0 });
      await eventually(async () => (await count('memories')).entries === 0, 20_000);
      expect(await count('memories')).toEqual({ entries: 0, evictions: 0, expirations: 2 });

      for (let n = 0; n < 10; n++) await few.keep('lru', { n }, n);
      expect(await few.lookup('lru', { n: 0 })).toMatchObject({ hit: true });
      // A shared store hears of use within a second or two, of a busy machine later.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      for (let n = 10; n < 15; n++) await few.keep('lru', { n }, n);
      await eventually(async () => (await count('tools')).entries === 10, 10_000);
      const there: number[] = [];
      for (let n = 0; n < 15; n++) if ((await few.lookup('lru', { n })).hit) there.push(n);
      expect(there).toEqual([0, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
      expect(await count('tools')).toEqual({ entries: 10, evictions: 5, expirations: 0 });
      expect(await count('memories')).toMatchObject({ evictions: 0 });
      await small.close();
    });

    it('statistics and metrics tell the kinds apart, and agree with what was done', async () => {
      const stats = async () => (await report()).kinds;
      const metrics = async () => {
        const text = await (await fetch(`${chat.sidecar.adminUrl}/metrics`)).text();
        const rows = text.matchAll(/^fourfold_result_(\w+?)(?:_total)?\{([^}]*)\} (\d+)$/gm);
        return Object.fromEntries(
          [...rows].map(([, of, labels, value]) => [`${of} ${labels}`, Number(value)]),
        );
      };
      const before = await stats();
      const measured = await metrics();
      await agents.lookup('counted', { n: 1 });
      await agents.keep('counted', { n: 1 }, 1);
      await agents.keep('counted', { n: 2 }, 1);
      await agents.lookup('counted', { n: 1 });
      const { lease } = await agents.lookup('counted', { n: 3 }, { lease: '20s' });
      const waiting = await agents.waiting('counted', { n: 3 }, { lease: '20s' });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await agents.keep('counted', { n: 3 }, 3, { lease });
      await waiting();
      const semantic = withModel ? 1 : 0;
      for (const query of ['How do I reset my password?', 'how can I reset my password'].slice(
        0,
        2 * semantic,
      ))
        if (!(await agents.lookup('counted', { query })).hit) await agents.keep('counted', { query }, 1);
      await agents.call('DELETE', '/cache/tools/counted');
      await agents.recall('counted as well', ['c']);
      for (const phase of ['miss', 'fingerprint'])
        expect(await chat.ask('Which question is counted?')).toMatchObject({ phase });
      const after = await stats();
      const grown = (kind: keyof typeof after) =>
        Object.fromEntries(
          ['lookups', 'exactHits', 'semanticHits', 'misses', 'collapsed', 'stored', 'invalidations'].map(
            (name) => [name, (after[kind]?.[name] ?? 0) - (before[kind]?.[name] ?? 0)],
          ),
        );
      expect(grown('tools')).toEqual({
        lookups: 4 + 2 * semantic,
        exactHits: 1,
        semanticHits: semantic,
        misses: 2 + semantic,
        collapsed: 1,
        stored: 3 + semantic,
        invalidations: 3 + semantic,
      });
      expect(grown('memories')).toMatchObject({ lookups: 1, misses: 1, stored: 0 });
      expect(grown('answers')).toMatchObject({ lookups: 2, exactHits: 1, misses: 1, stored: 1 });
      for (const { exactHits = 0, semanticHits = 0, misses = 0, hitRatio } of Object.values(after))
        expect(hitRatio).toBeCloseTo((exactHits + semanticHits) / (exactHits + semanticHits + misses), 9);
      const measuredAfter = await metrics();
      const counted = (row: string) => (measuredAfter[row] ?? Number.NaN) - (measured[row] ?? 0);
      for (const [outcome, count] of Object.entries({ exact: 1, semantic, miss: 2 + semantic, collapsed: 1 }))
        expect(counted(`lookups kind="tools",outcome="${outcome}"`), outcome).toBe(count);
      expect(counted('lookups kind="memories",outcome="miss"')).toBe(1);
      expect(counted('stored kind="tools"')).toBe(3 + semantic);
      expect(counted('invalidations kind="tools"')).toBe(3 + semantic);
      expect(measuredAfter['entries kind="tools"']).toBe(after.tools?.entries);
    });
  });
}
