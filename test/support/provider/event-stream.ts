import type { Shaping } from './behaviour.ts';

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Server-sent events, one piece for each event; `done` is the data of the terminal event. */
export function eventStream(events: readonly object[], done: string, shaping: Shaping): Buffer[] {
  const line = lineOf(shaping);
  return shaped([...events.map((event) => line(JSON.stringify(event))), line(done)], shaping);
}

/** The same where each event has its type for a name, and the last of them is the terminal event. */
export function typedEventStream(events: readonly { type: string }[], shaping: Shaping): Buffer[] {
  const line = lineOf(shaping);
  return shaped(
    events.map((event) => line(JSON.stringify(event), event.type)),
    shaping,
  );
}

function lineOf({ lineEnd: end = '\n', tightData }: Shaping) {
  const space = tightData ? '' : ' ';
  return (data: string, name?: string) =>
    Buffer.from(`${name === undefined ? '' : `event:${space}${name}${end}`}data:${space}${data}${end}${end}`);
}

function shaped(lines: readonly Buffer[], shaping: Shaping): Buffer[] {
  const end = shaping.lineEnd ?? '\n';
  const pieces = shaping.missingDone ? lines.slice(0, -1) : [...lines];
  if (shaping.malformed)
    pieces.splice(
      Math.floor(pieces.length / 2),
      0,
      lineOf(shaping)('{"choices":[{"delta":{"content":"half a'),
    );
  const comment = Buffer.from(`: keep-alive${end}${end}`);
  const commented = shaping.comments ? pieces.flatMap((piece) => [comment, piece]) : pieces;
  return shaping.bom ? [mark, ...commented] : commented;
}
