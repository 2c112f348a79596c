/** When an answer came, in a few points: after so many milliseconds so large a share of it was there. */
export type Beat = readonly [milliseconds: number, share: number];

/** Notes the rhythm of an answer while it arrives. Times are those of a clock that never goes back. */
export class RhythmRecorder {
  readonly #from: number;
  #beats: [milliseconds: number, bytes: number][] = [];
  #bytes = 0;

  constructor(from: number) {
    this.#from = from;
  }

  note(bytes: number, now: number): void {
    this.#bytes += bytes;
    this.#beats.push([now - this.#from, this.#bytes]);
    // Every other point is enough; the first and the last one always stay.
    if (this.#beats.length >= 2 * mostBeats)
      this.#beats = this.#beats.filter((_, at, { length }) => at % 2 === 0 || at === length - 1);
  }

  /** Six characters for each point, at most 64 of them; undefined where nothing came. */
  end(): string | undefined {
    const { length } = this.#beats;
    if (length === 0) return undefined;
    const step = Math.max(1, Math.ceil(length / mostBeats));
    const kept = this.#beats.filter((_, at) => at % step === 0 || at === length - 1);
    const bytes = Buffer.alloc(kept.length * beatBytes);
    for (const [at, [milliseconds, count]] of kept.entries()) {
      bytes.writeUIntBE(Math.min(longest, Math.round(milliseconds)), at * beatBytes, 3);
      bytes.writeUInt8(Math.round((255 * count) / this.#bytes), at * beatBytes + 3);
    }
    return bytes.toString('base64url');
  }
}

export function beatsOf(rhythm: string): Beat[] {
  const bytes = Buffer.from(rhythm, 'base64url');
  return Array.from(
    { length: Math.floor(bytes.length / beatBytes) },
    (_, at): Beat => [bytes.readUIntBE(at * beatBytes, 3), bytes.readUInt8(at * beatBytes + 3) / 255],
  );
}

/** Milliseconds after the start at which that share of the answer had come. */
export function timeOf(beats: readonly Beat[], share: number): number {
  return (beats.find(([, there]) => there >= share) ?? beats.at(-1))?.[0] ?? 0;
}

/** The pieces of an event stream, each a whole event with its empty line. */
export function eventsOf(stream: Uint8Array): Buffer[] {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  const events: Buffer[] = [];
  let from = 0;
  for (let end = bytes.indexOf('\n\n'); end >= 0; end = bytes.indexOf('\n\n', from)) {
    events.push(bytes.subarray(from, end + 2));
    from = end + 2;
  }
  if (from < bytes.length) events.push(bytes.subarray(from));
  return events;
}

const mostBeats = 64;
/** Three for the time, up to four and a half hours; one for the share. */
const beatBytes = 4;
const longest = 0xffffff;
