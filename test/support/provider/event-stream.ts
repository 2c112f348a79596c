import type { Shaping } from './behaviour.ts';

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Server-sent events, one piece for each event; `done` is the data of the terminal event. */
export function eventStream(events: readonly object[], done: string, shaping: Shaping): Buffer[] {
  const line = lineOf(shaping);
  return shaped([...events.map((event) => line(JSON.stringify(event))), line(done)], shaping);
}

/** The same where the last event is the terminal one; `failure` is what the API says when it fails in the middle. */
export function plainEventStream(events: readonly object[], shaping: Shaping, failure?: object): Buffer[] {
  const line = (event: object) => lineOf(shaping)(JSON.stringify(event));
  return shaped(events.map(line), shaping, failure && line(failure));
}

/** The same where each event has its type for a name. */
export function typedEventStream(
  events: readonly { type: string }[],
  shaping: Shaping,
  failure?: { type: string },
): Buffer[] {
  const line = (event: { type: string }) => lineOf(shaping)(JSON.stringify(event), event.type);
  return shaped(events.map(line), shaping, failure && line(failure));
}

function lineOf({ lineEnd: end = '\n', tightData }: Shaping) {
  const space = tightData ? '' : ' ';
  return (data: string, name?: string) =>
    Buffer.from(`${name === undefined ? '' : `event:${space}${name}${end}`}data:${space}${data}${end}${end}`);
}

function shaped(lines: readonly Buffer[], shaping: Shaping, failure?: Buffer): Buffer[] {
  const end = shaping.lineEnd ?? '\n';
  const pieces = shaping.missingDone ? lines.slice(0, -1) : [...lines];
  const middle = Math.floor(pieces.length / 2);
  if (shaping.malformed) pieces.splice(middle, 0, lineOf(shaping)('{"choices":[{"delta":{"content":"half a'));
  if (shaping.errorEvent && failure) pieces.splice(middle, pieces.length - middle, failure);
  const comment = Buffer.from(`: keep-alive${end}${end}`);
  const commented = shaping.comments ? pieces.flatMap((piece) => [comment, piece]) : pieces;
  return shaping.bom ? [mark, ...commented] : commented;
}
