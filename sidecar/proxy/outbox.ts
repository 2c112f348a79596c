import type { ServerResponse } from 'node:http';

/**
 * Answers that were at hand leave together, at the end of the event loop's turn. Each write wakes whoever waits for it on
 * another core, unless he is awake, as he is for the writes after the first: that saves a third of what a hit takes
 * (docs/decisions/0031-answers-leave-together.md). Who asks alone waits for nobody.
 */
let waiting: [ServerResponse, Uint8Array][] = [];

/** Sends the whole body, and the head with it where that still waits; nothing where the client left meanwhile. */
export function endSoon(response: ServerResponse, body: Uint8Array): void {
  waiting.push([response, body]);
  if (waiting.length === 1) setImmediate(sendAll);
  else if (waiting.length >= mostTogether) sendAll();
}

function sendAll(): void {
  const ready = waiting;
  waiting = [];
  for (const [response, body] of ready) endWith(response, body);
}

/** As `endSoon`, at once. */
export function endWith(response: ServerResponse, body: Uint8Array): void {
  if (body.length > oneWrite) response.end(body);
  // As Latin-1 text the bytes stay what they are, and node sends head and body in one write instead of two.
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

/** So many are looked up in about a millisecond: the first of them waits no longer. */
export const mostTogether = 32;

/** Bytes up to which copying is cheaper than a second write. */
const oneWrite = 65_536;
