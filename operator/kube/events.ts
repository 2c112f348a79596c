import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isFailure } from './api-error.ts';
import { Bucket } from './bucket.ts';
import type { Writer } from './client.ts';
import type { Clock } from './clock.ts';
import type { Kind } from './kind.ts';
import { microTime } from './lease.ts';
import type { KubeObject } from './object.ts';

export const events: Kind = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' };

/** What a person should see in `kubectl describe`. Reasons are one word, notes a sentence; neither holds a secret. */
export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** What was being done, one word. */
  readonly action: string;
  readonly note: string;
}

export interface EventsOptions {
  readonly clock: Clock;
  /** The pod, or whatever tells two processes apart. */
  readonly instance: string;
  /** An event could not be written; nothing else depends on it. */
  readonly onLost: (error: Error) => void;
}

interface Series {
  readonly name: string;
  readonly namespace: string;
  count: number;
  writtenAt: number;
}

/**
 * Events, the same one as a series with a count and not again and again. For one object there are a handful at once and one
 * every five minutes beyond that, so that no mistake of ours fills etcd.
 */
export class Events {
  readonly #options: EventsOptions;
  readonly #series = new LRUCache<string, Series>({ max: 2_000 });
  readonly #allowance = new LRUCache<string, Bucket>({ max: 2_000 });

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  /** Never fails: what cannot be said is lost. */
  async tell(writer: Writer, regarding: KubeObject, occurrence: Occurrence): Promise<void> {
    try {
      await this.#tell(writer, regarding, { ...occurrence, note: shortened(occurrence.note) });
    } catch (error) {
      this.#options.onLost(error as Error);
    }
  }

  async #tell(writer: Writer, regarding: KubeObject, occurrence: Occurrence): Promise<void> {
    const { clock } = this.#options;
    const { uid = '' } = regarding.metadata;
    const key = createHash('sha256')
      .update(JSON.stringify([uid, occurrence.reason, occurrence.note]))
      .digest('base64');
    const series = this.#series.get(key);
    if (series !== undefined && clock.monotonic() - series.writtenAt < seriesMs) {
      if (await this.#again(writer, series)) return;
    }
    if (!this.#mayTell(uid)) return;
    this.#series.set(key, await this.#first(writer, regarding, occurrence));
  }

  async #first(writer: Writer, regarding: KubeObject, occurrence: Occurrence): Promise<Series> {
    const { clock, instance } = this.#options;
    const { namespace = 'default', name: subject, uid } = regarding.metadata;
    const name = `${subject.slice(0, 200)}.${randomBytes(8).toString('hex')}`;
    await writer.create(events, {
      apiVersion: events.apiVersion,
      kind: events.kind,
      metadata: { name, namespace },
      eventTime: microTime(clock.wall()),
      reportingController: 'fourfold.dev/operator',
      reportingInstance: instance,
      regarding: {
        apiVersion: regarding.apiVersion,
        kind: regarding.kind,
        namespace,
        name: subject,
        uid,
      },
      ...occurrence,
    });
    return { name, namespace, count: 1, writtenAt: clock.monotonic() };
  }

  /** @returns whether the event is still there to be counted on. */
  async #again(writer: Writer, series: Series): Promise<boolean> {
    const { clock } = this.#options;
    series.count++;
    // Counts that double are enough to see that it goes on; and once a minute.
    const due = Number.isInteger(Math.log2(series.count)) || clock.monotonic() - series.writtenAt > 60_000;
    if (!due) return true;
    series.writtenAt = clock.monotonic();
    const patch = { series: { count: series.count, lastObservedTime: microTime(clock.wall()) } };
    try {
      await writer.merge(events, series, patch);
      return true;
    } catch (error) {
      if (isFailure(error, 'not-found')) return false;
      throw error;
    }
  }

  #mayTell(uid: string): boolean {
    let allowance = this.#allowance.get(uid);
    if (allowance === undefined) {
      allowance = new Bucket(this.#options.clock, 1 / 300, 25);
      this.#allowance.set(uid, allowance);
    }
    return allowance.tryTake();
  }
}

/** After so long without being seen, the same event is a new one. */
const seriesMs = 600_000;

/** The API server takes 1024 bytes. */
function shortened(note: string): string {
  const bytes = Buffer.from(note);
  return bytes.length <= 1024 ? note : `${bytes.subarray(0, 1000).toString('utf8').replace(/�+$/, '')} …`;
}
