import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Selector } from '../store.ts';
import type { Client, Command, Reply } from './client.ts';
import type { Connection } from './connection.ts';
import { within } from './deadline.ts';
import type { Keys } from './keys.ts';
import { announceBlocks, announceRemoval, announceUnblocked, readHead } from './scripts.ts';

export interface JournalEvents {
  /** Others stored these. */
  stored(ids: readonly string[]): void;
  /** Another removes what matches; `by` is the same when it begins and when it has ended. */
  removed(selector: Selector, by: string, when: 'begins' | 'ends'): void;
  /** Another blocked these pairs. */
  blocked(pairs: readonly string[]): void;
  /** Another removed these of the blocked pairs. */
  unblocked(pairs: readonly string[]): void;
  /**
   * What happened before this moment cannot be known: at the start, after the data was flushed or restored, or when the
   * journal was cut before it was read.
   */
  began(): void;
}

/**
 * What the sidecars of a cache tell each other: a stream in Redis that each of them reads to its end, over a connection
 * that waits for the next line. Removals are numbered without a gap (the generation), so whoever was away knows, by
 * reading on and comparing the numbers, whether anything was missed; and the epoch tells one life of the data from the
 * next.
 */
export class Journal {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #events: JournalEvents;
  readonly #closing = new AbortController();
  /** Names this sidecar in its lines. */
  readonly #me = randomUUID();
  #epoch: string | undefined;
  #generation = 0;
  #last = '0-0';
  #currentAt = Number.NEGATIVE_INFINITY;
  #up = Promise.withResolvers<void>();
  #waiting: { readonly generation: number; readonly reached: () => void }[] = [];
  #began = 0;
  readonly #running: Promise<void>;

  constructor(connection: Connection, keys: Keys, events: JournalEvents) {
    this.#connection = connection;
    this.#keys = keys;
    this.#events = events;
    connection.onUp(() => this.#up.resolve());
    this.#running = this.#run();
  }

  /** When all lines were last known to be read, in milliseconds of `performance.now()`. */
  get currentAt(): number {
    return this.#currentAt;
  }

  /** How often it had to begin anew. */
  get began(): number {
    return this.#began;
  }

  /** To be sent when an entry was written. */
  storedLine(id: string): Command {
    return ['XADD', this.#keys.journal, 'MAXLEN', '~', LENGTH, '*', 'a', id, 'f', this.#me];
  }

  /** Tells everybody; before the entries go, and again when they are gone. @throws as `Connection.ask` */
  async announce(selector: Selector, when: 'begins' | 'ends', deadlineMs: number): Promise<void> {
    const { head, journal } = this.#keys;
    await this.#connection.ask(
      announceRemoval([head, journal], LENGTH, this.#me, JSON.stringify(selector), when),
      deadlineMs,
    );
  }

  /** Keeps these pairs, and tells everybody. @throws as `Connection.ask` */
  async announceBlocks(pairs: readonly string[], deadlineMs: number): Promise<void> {
    await this.#connection.ask(announceBlocks(this.#blockKeys, LENGTH, this.#me, pairs), deadlineMs);
  }

  /** Removes these of the blocked pairs, tells everybody, and answers how many there were. @throws as `Connection.ask` */
  async announceUnblocked(pairs: readonly string[], deadlineMs: number): Promise<number> {
    const command = announceUnblocked(this.#blockKeys, LENGTH, this.#me, REMEMBERED, pairs);
    return Number(await this.#connection.ask(command, deadlineMs));
  }

  get #blockKeys() {
    const { head, journal, blocks, unblocked } = this.#keys;
    return [head, journal, blocks, unblocked] as const;
  }

  /** What `headCommand` answered: whether all removals up to then have been read here. Waits for them, but not for long. */
  async hasRead(head: Reply): Promise<boolean> {
    const [epoch, generation] = (Array.isArray(head) ? head : []).map((each) => each?.toString());
    if (epoch === undefined || epoch !== this.#epoch) return false;
    const reached = Number(generation ?? 0);
    if (this.#generation >= reached) return true;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push({ generation: reached, reached: waiting.resolve });
    await Promise.race([waiting.promise, sleep(LONGEST_WAIT, undefined, { ref: false })]);
    return this.#generation >= reached && epoch === this.#epoch;
  }

  get headCommand(): Command {
    return ['HMGET', this.#keys.head, 'epoch', 'generation'];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#up.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (!this.#connection.up) {
        this.#up = Promise.withResolvers<void>();
        await this.#up.promise;
        continue;
      }
      try {
        await this.#follow();
      } catch {
        // The connection counts and tells its failures; here only the next attempt matters.
        await sleep(PAUSE, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  /** Reads until the connection is lost. */
  async #follow(): Promise<void> {
    const client = await this.#connection.dedicated('journal');
    const stop = () => client.close();
    this.#closing.signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#compare(client);
      while (!client.closed.aborted && !this.#closing.signal.aborted) {
        const lines = await this.#read(client, BLOCK);
        // In a busy journal too, the numbers are compared twice a second.
        if (lines > 0 && performance.now() - this.#currentAt < COMPARE) continue;
        await this.#compare(client);
      }
    } finally {
      this.#closing.signal.removeEventListener('abort', stop);
      client.close();
    }
  }

  /** Up to date when the number of the head is the number of the last line read. */
  async #compare(client: Client): Promise<void> {
    const { epoch, generation, last } = await this.#head(client);
    // More than the head knows: a failover has lost lines that were read here.
    const known = epoch === this.#epoch && generation >= this.#generation;
    // What the head counted is in the journal by now.
    while (known && this.#generation < generation && (await this.#read(client, undefined)) > 0);
    if (known && this.#generation >= generation) this.#currentAt = performance.now();
    else this.#begin(epoch, generation, last);
  }

  #begin(epoch: string, generation: number, last: string): void {
    this.#epoch = epoch;
    this.#generation = generation;
    this.#last = last;
    this.#currentAt = performance.now();
    this.#began++;
    this.#events.began();
    this.#tellWaiting();
  }

  async #head(client: Client): Promise<{ epoch: string; generation: number; last: string }> {
    const { head, journal } = this.#keys;
    const reply = await within(client.send(readHead([head, journal], randomUUID())), LONGEST_WAIT);
    const [epoch = '', generation = '0', last = '0-0'] = (reply as Reply[]).map(String);
    return { epoch, generation: Number(generation), last };
  }

  /** Answers how many lines there were. */
  async #read(client: Client, blockMilliseconds: number | undefined): Promise<number> {
    const block = blockMilliseconds === undefined ? [] : ['BLOCK', blockMilliseconds];
    const reply = await within(
      client.send(['XREAD', 'COUNT', AT_ONCE, ...block, 'STREAMS', this.#keys.journal, this.#last]),
      (blockMilliseconds ?? 0) + LONGEST_WAIT,
    );
    const lines = linesOf(reply);
    const stored: string[] = [];
    for (const { id, fields } of lines) {
      this.#last = id;
      const mine = fields.get('f') === this.#me;
      const added = fields.get('a');
      if (added !== undefined && !mine) stored.push(added);
      if (fields.has('g')) this.#numbered(fields, mine);
    }
    if (stored.length > 0) this.#events.stored(stored);
    this.#tellWaiting();
    return lines.length;
  }

  #numbered(fields: ReadonlyMap<string, string>, mine: boolean): void {
    const generation = Number(fields.get('g'));
    // A number that is left out stays missing, and the comparison with the head finds it.
    if (generation === this.#generation + 1) this.#generation = generation;
    if (mine) return;
    const pairs = fields.get('k');
    if (pairs !== undefined) {
      this.#events.blocked(pairs.split(' '));
      return;
    }
    const unblocked = fields.get('u');
    if (unblocked !== undefined) {
      this.#events.unblocked(unblocked.split(' '));
      return;
    }
    try {
      const text = fields.get('r') ?? '';
      const when = fields.get('w') === 'begins' ? 'begins' : 'ends';
      this.#events.removed(JSON.parse(text) as Selector, `${fields.get('f')} ${text}`, when);
    } catch {
      // Not ours; nobody could know what it should have removed.
    }
  }

  #tellWaiting(): void {
    if (this.#waiting.length === 0) return;
    for (const { generation, reached } of this.#waiting) if (generation <= this.#generation) reached();
    this.#waiting = this.#waiting.filter(({ generation }) => generation > this.#generation);
  }
}

interface Line {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** `[[key, [[id, [field, value, …]], …]]]`, or nothing. */
function linesOf(reply: Reply): Line[] {
  const [[, lines] = []] = (reply ?? []) as [Reply, Reply][];
  if (!Array.isArray(lines)) return [];
  return (lines as [Buffer, Buffer[]][]).map(([id, values]) => {
    const fields = new Map<string, string>();
    for (let at = 0; at + 1 < values.length; at += 2) fields.set(String(values[at]), String(values[at + 1]));
    return { id: String(id), fields };
  });
}

/** Lines that the stream keeps, roughly: minutes of a busy fleet. Whoever was away for longer begins anew. */
const LENGTH = 10_000;
const AT_ONCE = 500;
/** Seconds: a sidecar that hears nothing for longer may give back a pair that was removed. */
const REMEMBERED = 604_800;
/** Milliseconds. */
const BLOCK = 500;
const COMPARE = 500;
const LONGEST_WAIT = 1_000;
const PAUSE = 100;
