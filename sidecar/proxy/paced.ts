import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeReplyHead } from './reply.ts';
import { beatsOf, eventsOf, timeOf } from './rhythm.ts';
import type { Verdict } from './verdict.ts';

/**
 * Sends an answer from the cache in the rhythm in which the provider sent it: not a byte of it, the head included, comes
 * sooner than the share of the original did. Who watches the clock cannot tell a hit from a miss by it. Waits for a slow
 * client, and stops where one leaves.
 */
export async function sendPaced(
  response: ServerResponse,
  answer: {
    status: number;
    contentType: string;
    body: Uint8Array;
    verdict: Verdict;
    isStream: boolean;
  },
  rhythm: string,
): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  const beats = beatsOf(rhythm);
  const start = performance.now();
  const until = async (milliseconds: number): Promise<void> => {
    const rest = start + milliseconds - performance.now();
    if (rest > 0) await sleep(rest, undefined, { signal: left.signal });
  };
  const events = answer.isStream ? eventsOf(answer.body) : [];
  try {
    await until(events.length > 0 ? (beats[0]?.[0] ?? 0) : timeOf(beats, 1));
    writeReplyHead(response, { ...answer, length: answer.body.length });
    let sent = 0;
    for (const event of events) {
      sent += event.length;
      await until(timeOf(beats, sent / answer.body.length));
      if (!response.write(event)) await once(response, 'drain', { signal: left.signal });
    }
    await until(timeOf(beats, 1));
    response.end(events.length > 0 ? undefined : answer.body);
  } catch (error) {
    // The client has left: nobody waits for the rest.
    if (!left.signal.aborted) throw error;
  }
}
