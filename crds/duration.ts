/**
 * Durations as Go writes them (`24h`, `1h30m`, `250ms`), because Kubernetes and its users do; a number alone is seconds.
 * Inside the program a duration is a number of seconds.
 */
export const durationPattern = '^([0-9]+|([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$';

const whole = new RegExp(durationPattern);
const part = /([0-9.]+)(ns|us|µs|ms|s|m|h)/g;

const nanoseconds: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Go counts nanoseconds in 64 bits; a longer duration is an error there, and so it is here. */
const longest = 2 ** 63;

/** Seconds, or undefined for a text that is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  const parts = [...text.matchAll(part)];
  const total =
    parts.length === 0
      ? Number(text) * 1e9
      : parts.reduce((sum, [, count, unit]) => sum + Number(count) * (nanoseconds[unit ?? ''] ?? 0), 0);
  return total < longest ? Math.round(total) / 1e9 : undefined;
}

/** The shortest form that `parseDuration` reads back: `5400` is `1h30m`, `0.25` is `250ms`. */
export function formatDuration(seconds: number): string {
  const total = Math.round(seconds * 1e9);
  if (total === 0) return '0s';
  if (total < 1e9) return belowOneSecond(total);
  const hours = Math.floor(total / 3600e9);
  const minutes = Math.floor((total % 3600e9) / 60e9);
  const rest = (total % 60e9) / 1e9;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${rest > 0 ? `${rest}s` : ''}`;
}

function belowOneSecond(total: number): string {
  if (total >= 1e6) return `${total / 1e6}ms`;
  if (total >= 1e3) return `${total / 1e3}us`;
  return `${total}ns`;
}
