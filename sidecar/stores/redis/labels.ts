import { randomUUID } from 'node:crypto';
import { mostLabels, type StoreFeed } from '../store.ts';
import type { Reply } from './client.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

export interface LabelsOptions {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly feed: Pick<StoreFeed, 'learned'> | undefined;
  readonly deadlineMs: number;
}

/** What was learned: a stream in Redis, which every sidecar reads on in. Nobody waits for it, and a lost line does no harm. */
export class Labels {
  readonly #options: LabelsOptions;
  /** Names this sidecar in its lines. */
  readonly #me = randomUUID();
  #last = '-';
  #reading: Promise<void> | undefined;

  constructor(options: LabelsOptions) {
    this.#options = options;
  }

  /** @throws as `Connection.ask` */
  async add(labels: readonly string[]): Promise<void> {
    const { connection, keys, feed, deadlineMs } = this.#options;
    feed?.learned?.(labels);
    await Promise.all(
      labels.map((label) =>
        connection.ask(
          ['XADD', keys.labels, 'MAXLEN', '~', mostLabels, '*', 'l', label, 'f', this.#me],
          deadlineMs,
        ),
      ),
    );
  }

  /** What came since the last time; at first all there is. @throws as `Connection.ask` */
  read(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOn(): Promise<void> {
    const { connection, keys, feed, deadlineMs } = this.#options;
    for (;;) {
      const lines = (await connection.ask(
        ['XRANGE', keys.labels, this.#last, '+', 'COUNT', PAGE],
        deadlineMs,
      )) as [Buffer, Buffer[]][];
      const labels: string[] = [];
      for (const [id, [, label, , from]] of lines) {
        // An open interval begins after what was read.
        this.#last = `(${id}`;
        if (label !== undefined && String(from satisfies Reply | undefined) !== this.#me)
          labels.push(String(label));
      }
      if (labels.length > 0) feed?.learned?.(labels);
      if (lines.length < PAGE) return;
    }
  }
}

const PAGE = 1_000;
