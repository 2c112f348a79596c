import type { Behaviour } from './behaviour.ts';
import type { Exchange } from './exchange.ts';

/** Refuses a key for the rest of the minute that its first request began, once it has asked so often; 0 is without a limit. */
export function rateLimit(
  perMinute: number,
  clock: () => number,
): (exchange: Pick<Exchange, 'headers'>) => Behaviour | undefined {
  const minutes = new Map<string, { ends: number; asked: number }>();
  return ({ headers }) => {
    if (perMinute === 0) return undefined;
    const key = JSON.stringify(keyHeaders.map((name) => headers[name] ?? null));
    const now = clock();
    const known = minutes.get(key);
    const minute = known !== undefined && known.ends > now ? known : { ends: now + 60_000, asked: 0 };
    minutes.set(key, minute);
    if (++minute.asked <= perMinute) return undefined;
    return { status: 429, retryAfter: Math.ceil((minute.ends - now) / 1000) };
  };
}

const keyHeaders = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key'];
