import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { supervise } from '../../../../sidecar/embedders/supervisor.ts';

/** Things are numbers, counted up; `starts` says how each try goes. */
function idleRig(...starts: (Error | Promise<unknown> | undefined)[]) {
  const stopped: number[] = [];
  const downs: [string, number][] = [];
  const breakers: ((error: Error) => void)[] = [];
  let count = 0;
  const supervisor = supervise<number>({
    name: 'The thing',
    async start(onBroken) {
      breakers.push(onBroken);
      const way = starts[count++];
      if (way instanceof Error) throw way;
      await way;
      return count;
    },
    async stop(thing) {
      stopped.push(thing);
    },
    onUp() {},
    onDown: (error, retryMs) => downs.push([error.message, retryMs]),
    backOffMs: { first: 10, most: 40 },
  });
  return { supervisor, stopped, downs, breakers };
}

function rig(...starts: (Error | Promise<unknown> | undefined)[]) {
  const parts = idleRig(...starts);
  void parts.supervisor.start();
  return parts;
}

test('starts nothing before it is asked to, once, and not after it was closed', async () => {
  const { supervisor, breakers } = idleRig();
  await sleep(20);
  expect([supervisor.current, supervisor.detail]).toEqual([
    undefined,
    'The thing is not loaded: nothing has needed it yet.',
  ]);
  await Promise.all([supervisor.start(), supervisor.start()]);
  expect([supervisor.current, breakers.length]).toEqual([1, 1]);
  await supervisor.close();

  const closed = idleRig();
  await closed.supervisor.close();
  await closed.supervisor.start();
  expect([closed.supervisor.detail, closed.breakers]).toEqual(['The thing is closed.', []]);
});

test('says that it starts, that it is ready, and that it is closed', async () => {
  const { supervisor, stopped } = rig();
  expect([supervisor.current, supervisor.detail]).toEqual([undefined, 'The thing is starting.']);
  await supervisor.start();
  expect([supervisor.current, supervisor.detail]).toEqual([1, 'The thing is ready.']);
  await supervisor.close();
  expect([supervisor.current, supervisor.detail]).toEqual([undefined, 'The thing is closed.']);
  expect(stopped).toEqual([1]);
});

test('tries again, later each time, and says why', async () => {
  const { supervisor, downs } = rig(
    new Error('one'),
    new Error('two'),
    new Error('three'),
    new Error('four'),
  );
  await supervisor.start();
  expect(supervisor.detail).toBe('The thing is unavailable: one. The next try is in 1 s.');
  await vi.waitFor(() => expect(supervisor.current).toBe(5), 10_000);
  expect(downs).toEqual([
    ['one', 10],
    ['two', 20],
    ['three', 40],
    ['four', 40],
  ]);
  await supervisor.close();
});

test('begins with the short wait again after a thing that held', async () => {
  const { supervisor, downs } = rig(new Error('one'), new Error('two'));
  await vi.waitFor(() => expect(supervisor.current).toBe(3), 10_000);
  await sleep(60);
  supervisor.giveUp(3, new Error('at last'));
  expect(downs.at(-1)).toEqual(['at last', 10]);
  await supervisor.close();
});

test('replaces a thing that breaks, once', async () => {
  const { supervisor, stopped, breakers } = rig();
  await supervisor.start();
  breakers[0]?.(new Error('broken'));
  breakers[0]?.(new Error('still broken'));
  supervisor.giveUp(1, new Error('broken too'));
  await vi.waitFor(() => expect(supervisor.current).toBe(2), 10_000);
  expect(stopped).toEqual([1]);
  await supervisor.close();
});

test('never gives out a thing that broke while it started', async () => {
  const started = Promise.withResolvers<void>();
  const { supervisor, stopped, breakers, downs } = rig(started.promise);
  breakers[0]?.(new Error('early'));
  started.resolve();
  await supervisor.start();
  expect(supervisor.current).toBe(undefined);
  expect([stopped, downs]).toEqual([[1], [['early', 10]]]);
  await supervisor.close();
});

test('stops a thing that comes up after it was closed, and waits for it', async () => {
  const started = Promise.withResolvers<void>();
  const { supervisor, stopped, downs } = rig(started.promise);
  const closed = supervisor.close();
  started.resolve();
  await closed;
  expect([supervisor.current, stopped, downs]).toEqual([undefined, [1], []]);
});

test('waits for a second try as well', async () => {
  const started = Promise.withResolvers<void>();
  const { supervisor, stopped } = rig(new Error('first'), started.promise);
  await sleep(30);
  const closed = supervisor.close().then(() => 'closed');
  expect(await Promise.race([closed, sleep(20, 'waiting')])).toBe('waiting');
  started.resolve();
  await closed;
  expect(stopped).toEqual([2]);
});

test('tries no more once it is closed', async () => {
  const { supervisor, breakers } = rig(new Error('first'));
  await supervisor.start();
  await supervisor.close();
  await sleep(40);
  expect(breakers).toHaveLength(1);
});
