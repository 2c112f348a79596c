import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Embedder } from '../../sidecar/embedders/embedder.ts';
import { quickest } from '../support/quickest.ts';

export interface EmbedderCase {
  /** Ready, with a queue of 256 and a deadline of at least 20 s. */
  start(): Promise<Embedder>;
  /** A text of exactly so many pieces of the model, the marks at the ends included. */
  textOf(pieces: number): string;
  readonly window: number;
  /** Cosines that are known for this model, within 0.002. */
  readonly cosines: readonly (readonly [string, string, number])[];
}

/** What holds for every embedder. A new model starts here. */
export function embedderSuite(name: string, subject: EmbedderCase): void {
  describe(name, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await subject.start();
    });
    afterAll(() => embedder?.close());

    const vectorOf = async (text: string) => {
      const embedding = await embedder.embed(text);
      if (!('vector' in embedding)) throw new Error(`skipped: ${embedding.skipped}`);
      return embedding.vector;
    };

    test('is ready and says so', () => {
      expect(embedder.state()).toMatchObject({ ready: true, queued: 0 });
    });

    test.each(subject.cosines)('"%s" and "%s" are %f alike', async (a, b, cosine) => {
      expect(Math.abs(dot(await vectorOf(a), await vectorOf(b)) - cosine)).toBeLessThan(0.002);
    });

    test('gives the same vector for the same text', async () => {
      expect(await vectorOf('How do I reset my password?')).toEqual(
        await vectorOf('How do I reset my password?'),
      );
    });

    test('gives every text of a crowd the vector that it gives it alone', async () => {
      const texts = Array.from(
        { length: 200 },
        (_, i) => `Question ${i}: ${'why '.repeat(i % 17)}is ${i * 7} odd?`,
      );
      const crowd = await Promise.all(texts.map(vectorOf));
      for (const [i, text] of texts.entries()) expect(crowd[i]).toEqual(await vectorOf(text));
    });

    test('takes a text that fills the window, and refuses one more piece', async () => {
      expect(unitLength(await vectorOf(subject.textOf(subject.window - 1)))).toBe(true);
      expect(unitLength(await vectorOf(subject.textOf(subject.window)))).toBe(true);
      expect(await embedder.embed(subject.textOf(subject.window + 1))).toEqual({ skipped: 'window' });
    });

    test('refuses a text of 10 MB at once', async () => {
      const text = 'a '.repeat(5_000_000);
      const took = await quickest(20, async () => {
        const begin = performance.now();
        expect(await embedder.embed(text)).toEqual({ skipped: 'window' });
        return performance.now() - begin;
      });
      expect(took).toBeLessThan(20);
    });

    test('sees the end of every text that it takes', async () => {
      const [yes, no] = await Promise.all([
        vectorOf(`${filler(subject)} yes`),
        vectorOf(`${filler(subject)} no`),
      ]);
      expect(dot(yes, no)).toBeLessThan(0.9999);
    });

    test.each([
      ['nothing', ''],
      ['white space', ' \n\t\u00a0'],
      ['NUL', 'a\0b'],
      ['a lone high surrogate', 'a\ud83d b'],
      ['a lone low surrogate', '\ude00'],
      ['emoji', 'I feel 😀👩‍👩‍👧‍👦 today'],
      ['right to left', 'שלום عليكم \u202e abc'],
      ['combining marks', `Z${'\u0301'.repeat(200)}algo`],
    ])('stands %s', async (_, text) => {
      expect(unitLength(await vectorOf(text))).toBe(true);
    });

    test('answers any text with a unit vector or a reason', async () => {
      const anyText = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'grapheme', maxLength: 300 }),
      );
      await fc.assert(
        fc.asyncProperty(anyText, async (text) => {
          const embedding = await embedder.embed(text);
          if ('vector' in embedding) expect(unitLength(embedding.vector)).toBe(true);
          else expect(embedding.skipped).toBe('window');
        }),
        { numRuns: 100, interruptAfterTimeLimit: 20_000 },
      );
    });

    test('leaves the event loop to the requests', async () => {
      await vectorOf('warm');
      const text = subject.textOf(Math.min(128, subject.window));
      // Other processes on the same cores delay the loop as well, embeddings or not.
      const share = await quickest(1, async () => {
        const idle = await loopDelay(() => sleep(500));
        const busy = await loopDelay(() => Promise.all(Array.from({ length: 200 }, () => vectorOf(text))));
        return busy / Math.max(10, 3 * idle);
      });
      expect(share).toBeLessThan(1);
    });

    test('answers a reason after it was closed', async () => {
      const other = await subject.start();
      await other.close();
      expect(await other.embed('hello')).toEqual({ skipped: 'model-unavailable' });
      expect(other.state().ready).toBe(false);
    });
  });
}

/** Nearly fills the window: a text that is cut anywhere loses its last word. */
const filler = (subject: EmbedderCase) => subject.textOf(subject.window - 2);

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const unitLength = (vector: Float32Array) => Math.abs(dot(vector, vector) - 1) < 1e-5;

/** The 99th percentile in milliseconds, without the monitor's own resolution. */
async function loopDelay(work: () => Promise<unknown>): Promise<number> {
  const resolution = 1;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  await work();
  delay.disable();
  return delay.percentile(99) / 1e6 - resolution;
}
