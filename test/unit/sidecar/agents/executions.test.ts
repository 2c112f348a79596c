import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Executions, type Turn } from '../../../../sidecar/agents/executions.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new AbortController().signal;
const executions = () => new Executions(Date.now);
const leaseOf = (turn: Turn): string => {
  if ('lease' in turn) return turn.lease;
  throw new Error(`expected a lease, found ${JSON.stringify(turn)}`);
};

it('the first executes, the others get what he found out', async () => {
  const running = executions();
  const first = leaseOf(await running.join('k', 1_000, 5_000, never()));
  const others = [1, 2, 3].map(() => running.join('k', 1_000, 5_000, never()));
  expect(running.settle(first, { result: 7 })).toBe(true);
  expect(await Promise.all(others)).toEqual([1, 2, 3].map(() => ({ outcome: { result: 7 } })));
  expect(leaseOf(await running.join('k', 1_000, 5_000, never()))).not.toBe(first);
});

it('an error reaches all who wait', async () => {
  const running = executions();
  const first = leaseOf(await running.join('k', 1_000, 5_000, never()));
  const other = running.join('k', 1_000, 5_000, never());
  running.settle(first, { error: 'no' });
  expect(await other).toEqual({ outcome: { error: 'no' } });
});

it('one who dies is replaced by the next who waits, and what he says later does not count', async () => {
  const running = executions();
  const first = leaseOf(await running.join('k', 1_000, 5_000, never()));
  const [second, third] = [
    running.join('k', 1_000, 5_000, never()),
    running.join('k', 1_000, 5_000, never()),
  ];
  await vi.advanceTimersByTimeAsync(1_001);
  const lease = leaseOf(await second);
  expect(running.settle(first, { result: 'late' })).toBe(false);
  expect(running.renew(first, 1_000)).toBe(false);
  expect(running.settle(lease, { result: 'second' })).toBe(true);
  expect(await third).toEqual({ outcome: { result: 'second' } });
});

it('one who renews is not replaced', async () => {
  const running = executions();
  const first = leaseOf(await running.join('k', 1_000, 60_000, never()));
  const other = running.join('k', 1_000, 60_000, never());
  for (let at = 0; at < 10; at++) {
    await vi.advanceTimersByTimeAsync(700);
    expect(running.renew(first, 1_000)).toBe(true);
  }
  running.settle(first, { result: 1 });
  expect(await other).toEqual({ outcome: { result: 1 } });
});

it('waiting ends after its time, or when the caller leaves', async () => {
  const running = executions();
  await running.join('k', 60_000, 1_000, never());
  const patient = running.join('k', 60_000, 1_000, never());
  const gone = new AbortController();
  const leaving = running.join('k', 60_000, 50_000, gone.signal);
  gone.abort();
  expect(await leaving).toEqual({ waited: true });
  await vi.advanceTimersByTimeAsync(1_001);
  expect(await patient).toEqual({ waited: true });
});

it('two keys know nothing of each other', async () => {
  const running = executions();
  leaseOf(await running.join('a', 1_000, 5_000, never()));
  leaseOf(await running.join('b', 1_000, 5_000, never()));
});
