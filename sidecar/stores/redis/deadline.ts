import type { Reply } from './client.ts';
import { RedisFailure } from './failure.ts';

/**
 * A timer that is late because this process was busy proves nothing about Redis: what has arrived meanwhile is read first.
 */
export function within(sent: Promise<Reply>, milliseconds: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => setImmediate(() => reject(new RedisFailure('timeout', `no answer within ${milliseconds} ms`))),
      milliseconds,
    );
    sent.then(
      (reply) => {
        clearTimeout(timer);
        resolve(reply);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
