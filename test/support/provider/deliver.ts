import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './api.ts';
import type { Behaviour, Delivering, Header } from './behaviour.ts';
import { encode, splitAt } from './encode.ts';
import type { Exchange } from './exchange.ts';

/** Sends an answer with the timing and the accidents that the behaviour asks for. */
export async function deliver(
  answer: Answer,
  behaviour: Behaviour,
  exchange: Exchange,
  response: ServerResponse,
): Promise<void> {
  await sleep(behaviour.latencyMs ?? 0);
  if (behaviour.stall === 'headers' || response.destroyed) return;
  if (behaviour.reset === 'headers') return reset(response, exchange);
  const { pieces, headers } = await shaped(answer, behaviour, exchange);
  response.sendDate = !headers.some(([name]) => name.toLowerCase() === 'date');
  response.writeHead(answer.status, answer.reason, headers.flat());
  if (answer.trailers) response.addTrailers(answer.trailers);
  if (exchange.method === 'HEAD') return void response.end();
  // An answer that breaks off before its first byte has told its headers all the same.
  if (accidents(behaviour).some(({ at }) => at === 0)) response.flushHeaders();
  const unsent = (piece: Buffer) => send(piece, behaviour, exchange, response);
  for (const piece of pieces) if ((await unsent(piece)) === 'stop') return;
  const again = pieces.at(-3) ?? pieces.at(-1) ?? Buffer.from('.');
  while (behaviour.untilClosed) if ((await unsent(again)) === 'stop') return;
  if (behaviour.contentLength !== undefined && behaviour.contentLength !== exchange.writtenBytes)
    return end(response, exchange);
  response.end();
}

async function shaped(answer: Answer, behaviour: Behaviour, exchange: Exchange) {
  const headers: Header[] = [...answer.headers];
  let pieces = answer.pieces;
  if (behaviour.compress && String(exchange.headers['accept-encoding'] ?? '').includes(behaviour.compress)) {
    pieces = await encode(pieces, behaviour.compress);
    headers.push(['Content-Encoding', behaviour.compress]);
  }
  if (behaviour.splitAt) pieces = splitAt(pieces, behaviour.splitAt);
  const told = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const length = behaviour.contentLength ?? pieces.reduce((sum, piece) => sum + piece.length, 0);
  const framed =
    told ||
    answer.stream ||
    answer.trailers ||
    behaviour.untilClosed ||
    answer.status === 204 ||
    answer.status === 304;
  if (behaviour.contentLength !== undefined || !framed) headers.push(['Content-Length', String(length)]);
  return { pieces, headers };
}

/** Writes one piece, or the part of it before the accident. */
async function send(
  piece: Buffer,
  behaviour: Delivering,
  exchange: Exchange,
  response: ServerResponse,
): Promise<'stop' | 'go'> {
  if (response.destroyed) return 'stop';
  const accident = accidents(behaviour).find(({ at }) => exchange.writtenBytes + piece.length >= at);
  const part = accident ? piece.subarray(0, accident.at - exchange.writtenBytes) : piece;
  if (part.length > 0 && !response.write(part)) await drained(response);
  exchange.writtenBytes += part.length;
  await sleep(accident ? 20 : (behaviour.tokenMs ?? 0));
  accident?.happens(response, exchange);
  return accident || response.destroyed ? 'stop' : 'go';
}

function accidents({ stall, reset: torn, cut, endAfterBytes }: Delivering) {
  const list: { at: number; happens: (response: ServerResponse, exchange: Exchange) => void }[] = [];
  if (typeof stall === 'object') list.push({ at: stall.afterBytes, happens: () => {} });
  if (typeof torn === 'object') list.push({ at: torn.afterBytes, happens: reset });
  if (cut) list.push({ at: cut.afterBytes, happens: end });
  if (endAfterBytes !== undefined) list.push({ at: endAfterBytes, happens: (response) => response.end() });
  return list;
}

const drained = (response: ServerResponse) =>
  new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));

function reset(response: ServerResponse, exchange: Exchange): void {
  exchange.broken = true;
  response.socket?.resetAndDestroy();
}

function end(response: ServerResponse, exchange: Exchange): void {
  exchange.broken = true;
  response.socket?.end();
}
