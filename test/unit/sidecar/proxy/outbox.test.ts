import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as turnOver } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { endSoon, mostTogether } from '../../../../sidecar/proxy/outbox.ts';

const body = Buffer.from('{}');
const responses = (count: number): ServerResponse[] =>
  Array.from({ length: count }, () => new ServerResponse(new IncomingMessage(new Socket())));
const sent = (list: readonly ServerResponse[]): number =>
  list.filter(({ writableEnded }) => writableEnded).length;

test('answers of one turn leave at its end', async () => {
  const first = responses(3);
  for (const response of first) endSoon(response, body);
  expect(sent(first)).toBe(0);
  await turnOver();
  expect(sent(first)).toBe(3);

  const next = responses(1);
  for (const response of next) endSoon(response, body);
  expect(sent(next)).toBe(0);
  await turnOver();
  expect(sent(next)).toBe(1);
});

test('no more wait for one another than are looked up in a millisecond', async () => {
  const many = responses(mostTogether + 1);
  for (const response of many.slice(0, mostTogether - 1)) endSoon(response, body);
  expect(sent(many)).toBe(0);
  for (const response of many.slice(mostTogether - 1)) endSoon(response, body);
  expect(sent(many)).toBe(mostTogether);
  await turnOver();
  expect(sent(many)).toBe(mostTogether + 1);
});

test('a client that left keeps no other from its answer', async () => {
  const [gone, other] = responses(2) as [ServerResponse, ServerResponse];
  endSoon(gone, body);
  endSoon(other, body);
  const errors: unknown[] = [];
  gone.on('error', (error) => errors.push(error));
  gone.destroy();
  await turnOver();
  expect(other.writableEnded).toBe(true);
  expect(errors).toEqual([]);
});
