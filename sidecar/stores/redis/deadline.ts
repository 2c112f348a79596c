import type { Reply } from './client.ts';
import { RedisFailure } from './failure.ts';

/**
 * A timer that is late because this process was busy proves nothing about Redis: what has arrived meanwhile is read first.
 * `waiting` knows it for as long as it waits, and can make it fail sooner.
 */
export function within(
  sent: Promise<Reply>,
  milliseconds: number,
  waiting?: Set<(why: Error) => void>,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      waiting?.delete(giveUp);
    };
    const giveUp = (why: unknown) => {
      over();
      reject(why);
    };
    const timer = setTimeout(
      () => setImmediate(() => giveUp(new RedisFailure('timeout', `no answer within ${milliseconds} ms`))),
      milliseconds,
    );
    waiting?.add(giveUp);
    sent.then((reply) => {
      over();
      resolve(reply);
    }, giveUp);
  });
}
