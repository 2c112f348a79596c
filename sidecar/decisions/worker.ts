import { parentPort, workerData } from 'node:worker_threads';
import type { Decision } from './decision.ts';
import { DecisionWriter, type WriterOptions } from './writer.ts';

/** What the log tells the thread, and what that answers. */
export type Order = { readonly rows: readonly Decision[] } | { readonly end: true };
export type Told = { readonly written: number; readonly lost: number; readonly error?: string };

/**
 * Runs inside a worker thread: reading the library in, encoding and compressing take the time of many requests. Orders are
 * carried out one after the other.
 */
const port = parentPort!;
const options = workerData as WriterOptions;
let writer: Promise<DecisionWriter> | undefined;
let last: Promise<void> = Promise.resolve();

const queue = (work: () => Promise<void>): void => {
  last = last.then(work);
};

port.on('message', (order: Order) => {
  if ('rows' in order) queue(() => write(order.rows));
  else
    queue(async () => {
      await settle((open) => open.close());
      port.close();
      clearInterval(timer);
    });
});
const timer = setInterval(
  () => queue(() => settle((open) => open.rotate())),
  Math.min(1_000, options.rotateMs),
);

async function write(rows: readonly Decision[]): Promise<void> {
  let written = 0;
  await settle(async (open) => {
    for (const row of rows) {
      await open.append(row);
      written++;
    }
  });
  tell({ written, lost: rows.length - written });
}

/** A failure costs the file that is open; the next row begins another. */
async function settle(work: (open: DecisionWriter) => Promise<void>): Promise<void> {
  let open: DecisionWriter | undefined;
  try {
    writer ??= DecisionWriter.begin(options, Date.now);
    open = await writer;
    await work(open);
  } catch (error) {
    const lost = open?.unfinished ?? 0;
    if (open === undefined) writer = undefined;
    await open?.abandon();
    tell({ written: -lost, lost, error: (error as Error).message });
  }
}

const tell = (told: Told): void => port.postMessage(told);
