import { ApiError, errorOf, type Status } from './api-error.ts';
import type { KubeObject } from './object.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

/** The events of a watch's body: one JSON object per line. @throws ApiError for an event of type ERROR, and for what is no event */
export async function* watchEvents(body: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent> {
  for await (const line of lines(body)) yield read(line);
}

async function* lines(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (let chunk of body) {
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline)) {
      waiting.push(chunk.subarray(0, end));
      yield Buffer.concat(waiting).toString('utf8');
      chunk = chunk.subarray(end + 1);
      waiting = [];
      size = 0;
    }
    waiting.push(chunk);
    size += chunk.length;
    if (size > longestLine) throw new ApiError('retry', `watch: a line is longer than ${longestLine} bytes`);
  }
}

const newline = 0x0a;
/** The API server takes objects of up to 3 MiB, and writes them once more in their managed fields. */
const longestLine = 16 * 1024 * 1024;

function read(line: string): WatchEvent {
  let event: WatchEvent | { type: 'ERROR'; object: Status };
  try {
    event = JSON.parse(line);
  } catch (error) {
    throw new ApiError('retry', 'watch: a line is no JSON', { cause: error });
  }
  if (event.type === 'ERROR') throw errorOf('watch', event.object.code ?? 500, event.object);
  return event;
}
