import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beatsOf, eventsOf, RhythmRecorder, timeOf } from '../../../../sidecar/proxy/rhythm.ts';

it('a rhythm is small however long the answer is, and keeps its beginning and its end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1_000), fc.integer({ min: 1, max: 5_000 })), {
        minLength: 1,
        maxLength: 2_000,
      }),
      (steps) => {
        const recorder = new RhythmRecorder(500);
        let now = 500;
        for (const [pause, bytes] of steps) {
          now += pause;
          recorder.note(bytes, now);
        }
        const rhythm = recorder.end() ?? '';
        expect(rhythm.length).toBeLessThan(360);
        const beats = beatsOf(rhythm);
        expect(beats[0]?.[0]).toBe(steps[0]?.[0]);
        expect(beats.at(-1)).toEqual([now - 500, 1]);
        for (const [at, [time, share]] of beats.entries()) {
          expect(time).toBeGreaterThanOrEqual(beats[at - 1]?.[0] ?? 0);
          expect(share).toBeGreaterThanOrEqual(beats[at - 1]?.[1] ?? 0);
        }
        expect(timeOf(beats, 1)).toBeLessThanOrEqual(now - 500);
        expect(timeOf(beats, 0)).toBe(steps[0]?.[0]);
      },
    ),
  );
});

it('nothing came: there is no rhythm', () => {
  expect(new RhythmRecorder(0).end()).toBeUndefined();
});

it('a stream is cut between its events, and nothing of it is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const stream = Buffer.from(texts.map((text) => `data: ${JSON.stringify(text)}\n\n`).join(''));
      const events = eventsOf(stream);
      expect(Buffer.concat(events).equals(stream)).toBe(true);
      expect(events).toHaveLength(texts.length);
    }),
  );
});
