import { ApiError } from '../kube/api-error.ts';
import type { Clock } from '../kube/clock.ts';
import { Fenced } from '../kube/fence.ts';
import type { Queue } from './queue.ts';

export interface WorkersParts {
  readonly queue: Queue;
  readonly count: number;
  readonly clock: Clock;
  /** Brings one key to where it should be. */
  readonly reconcile: (key: string) => Promise<{ readonly againMs: number | undefined }>;
  readonly observer: WorkersObserver;
}

export interface WorkersObserver {
  began(): void;
  ended(
    key: string,
    result: 'success' | 'error' | 'requeue_after',
    milliseconds: number,
    error?: Error,
  ): void;
}

/** Reconciles what the queue gives, some keys at once, until it is closed. What fails comes again; nothing is given up. */
export async function work(parts: WorkersParts): Promise<void> {
  await Promise.all(Array.from({ length: parts.count }, () => worker(parts)));
}

async function worker({ queue, clock, reconcile, observer }: WorkersParts): Promise<void> {
  for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
    const begunAt = clock.monotonic();
    const took = () => clock.monotonic() - begunAt;
    observer.began();
    try {
      const { againMs } = await reconcile(key);
      queue.forget(key);
      if (againMs !== undefined) queue.addAfter(key, againMs);
      observer.ended(key, againMs === undefined ? 'success' : 'requeue_after', took());
    } catch (error) {
      // The queue is about to be closed; the next leader begins anew.
      if (!(error instanceof Fenced))
        queue.retry(key, error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0);
      observer.ended(key, 'error', took(), error as Error);
    } finally {
      queue.done(key);
    }
  }
}
