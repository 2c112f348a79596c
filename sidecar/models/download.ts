import { open, rm, stat } from 'node:fs/promises';
import type { PinnedFile } from './catalogue.ts';
import { adoptAbandonedPart, partOf, putInPlace } from './part-file.ts';
import type { Progress } from './progress.ts';
import { verify } from './verify.ts';

export interface DownloadOptions {
  readonly progress?: Progress;
  readonly signal: AbortSignal;
  /** A source that does not answer by then is taken for unreachable. */
  readonly answerMs?: number;
  /** A body that stands still for this long is given up. */
  readonly stallMs?: number;
}

/** Of a file whose size nobody has said. */
const mostBytes = 4 * 2 ** 30;

/** One file over HTTP: into a part file, resumed where an earlier attempt stopped, verified, then renamed into place. */
export async function download(
  url: string,
  target: string,
  file: PinnedFile,
  options: DownloadOptions,
): Promise<void> {
  await adoptAbandonedPart(target);
  const part = partOf(target);
  const resumed = (await sizeOf(part)) > 0;
  if (!resumed || (await sizeOf(part)) < (file.bytes ?? mostBytes)) await receive(url, part, file, options);
  const verdict = await verify(part, file);
  if (verdict.kind === 'good') return putInPlace(part, target);
  await rm(part, { force: true });
  // The kept beginning may have been of other bytes; that is no reason to distrust the source.
  if (resumed) return download(url, target, file, options);
  throw new Error(verdict.kind === 'absent' ? 'nothing was received' : verdict.why);
}

async function receive(url: string, part: string, file: PinnedFile, options: DownloadOptions): Promise<void> {
  const { answerMs = 5000, stallMs = 30_000 } = options;
  const patience = new AbortController();
  let timer = setTimeout(() => patience.abort(new Error(`no answer within ${answerMs / 1000} s`)), answerMs);
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => patience.abort(new Error(`nothing received for ${stallMs / 1000} s`)), stallMs);
  };
  const have = await sizeOf(part);
  const most = file.bytes ?? mostBytes;
  try {
    const response = await fetch(url, {
      // A part of a compressed body would be a part of something else.
      headers: { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) },
      signal: AbortSignal.any([patience.signal, options.signal]),
    });
    // There is nothing after what is here: of a file of unknown size, all of it may be.
    if (response.status === 416 && have > 0) return;
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    // A server that does not know ranges answers 200 with the whole file.
    const resumes = response.status === 206;
    const out = await open(part, resumes ? 'a' : 'w');
    try {
      let done = resumes ? have : 0;
      for await (const chunk of response.body) {
        wait();
        done += chunk.byteLength;
        if (done > most) throw new Error(`more than the expected ${most} bytes`);
        await out.write(chunk);
        options.progress?.({ what: file.name, done, total: file.bytes ?? done });
      }
    } finally {
      await out.close();
    }
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch failed` says nothing; the cause names the host that did not resolve or the port that refused. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return message === 'fetch failed' && cause instanceof Error
    ? cause.message || (cause as NodeJS.ErrnoException).code || message
    : message;
}

const sizeOf = (path: string) =>
  stat(path).then(
    (found) => found.size,
    () => 0,
  );
