import type { Shaping } from './behaviour.ts';

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Server-sent events, one piece for each event; `done` is the data of the terminal event. */
export function eventStream(events: readonly object[], done: string, shaping: Shaping): Buffer[] {
  const end = shaping.lineEnd ?? '\n';
  const line = (data: string) => Buffer.from(`data:${shaping.tightData ? '' : ' '}${data}${end}${end}`);
  const pieces = events.map((event) => line(JSON.stringify(event)));
  if (shaping.malformed)
    pieces.splice(Math.floor(pieces.length / 2), 0, line('{"choices":[{"delta":{"content":"half a'));
  if (!shaping.missingDone) pieces.push(line(done));
  const comment = Buffer.from(`: keep-alive${end}${end}`);
  const commented = shaping.comments ? pieces.flatMap((piece) => [comment, piece]) : pieces;
  return shaping.bom ? [mark, ...commented] : commented;
}
