/** Told while a file comes in; `total` is known from the catalogue, so a percentage can always be shown. */
export type Progress = (step: {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}) => void;

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const everyMs = 3000;

/** One line that is rewritten on a terminal; elsewhere (a log, CI) a line every few seconds. */
export function progressTo(out: Terminal, now: () => number = Date.now): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return ({ what, done, total }) => {
    const end = done >= total;
    if (!end && now() - last < (out.isTTY ? 100 : everyMs)) return;
    last = end ? Number.NEGATIVE_INFINITY : now();
    const line = `${what}  ${megabytes(done)} of ${megabytes(total)} MB  ${Math.floor((100 * done) / total)} %`;
    out.write(out.isTTY ? `\r\x1b[2K${line}${end ? '\n' : ''}` : `${line}\n`);
  };
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
