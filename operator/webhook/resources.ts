import { amount } from '../../crds/amount.ts';
import type { ResolvedSpec } from '../../crds/semantic-cache.ts';
import type { Overrides } from './overrides.ts';

/**
 * Requests and limits of one sidecar, all four of them. A workload that sets only one of a pair moves the other as far as it
 * must: a pod whose request is above its limit would be refused, and the application with it.
 */
export function resourcesOf(
  { requests, limits }: ResolvedSpec['sidecar']['resources'],
  overrides: Overrides['resources'],
) {
  const cpu = pair(overrides.requests.cpu, overrides.limits.cpu, requests.cpu, limits.cpu);
  const memory = pair(
    overrides.requests.memory,
    overrides.limits.memory,
    requests.memory ?? limits.memory,
    limits.memory,
  );
  return {
    requests: { cpu: cpu.request, memory: memory.request },
    limits: { cpu: cpu.limit, memory: memory.limit },
  };
}

/** The sum of two amounts; memory in whole Mi where it is. */
export const raised = {
  cpu: (one: Amount, other: Amount) =>
    `${Math.round(amount(one) * 1000) + Math.round(amount(other) * 1000)}m`,
  memory(one: Amount, other: Amount) {
    const bytes = Math.round(amount(one)) + Math.round(amount(other));
    return bytes % mebibyte === 0 ? `${bytes / mebibyte}Mi` : String(bytes);
  },
};

const mebibyte = 2 ** 20;

type Amount = string | number;

function pair(
  ownRequest: string | undefined,
  ownLimit: string | undefined,
  request: Amount,
  limit: Amount,
): { readonly request: string; readonly limit: string } {
  const [asked, most] = [ownRequest ?? request, ownLimit ?? limit];
  if (amount(asked) <= amount(most)) return { request: String(asked), limit: String(most) };
  // Both of the workload's own never come to this: `overridesOf` refuses them.
  return ownLimit === undefined
    ? { request: String(asked), limit: String(asked) }
    : { request: String(most), limit: String(most) };
}
