import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  isAuthority,
  lifeOf,
  newAuthority,
  newLeaf,
} from '../../../../operator/webhook/certificates/authority.ts';
import {
  type Authorities,
  advance,
  bundleOf,
  fromSecretData,
  toSecretData,
} from '../../../../operator/webhook/certificates/rotation.ts';

const times = { authorityMs: 300_000, leafMs: 30_000, announceMs: 20_000 };
const begin = Date.parse('2026-01-01T00:00:00Z');

const stepMs = 5_000;

/** Every state of four lives, looked at every few seconds. */
async function lives(): Promise<{ now: number; state: Authorities }[]> {
  const states: { now: number; state: Authorities }[] = [];
  let state: Authorities | undefined;
  for (let now = begin; now < begin + 1_200_000; now += stepMs) {
    state = await advance(state, now, times, { lifeOf, make: () => newAuthority(now, times.authorityMs) });
    states.push({ now, state });
  }
  return states;
}
const states = await lives();

it('what signs was announced before, stays announced after, and is never out of date', async () => {
  const signers = new Set(states.map(({ state }) => state.current.cert));
  expect(signers.size).toBeGreaterThan(3);
  for (const [at, { now, state }] of states.entries()) {
    expect(lifeOf(state.current.cert).until).toBeGreaterThan(now + times.leafMs);
    const before = states.slice(Math.max(0, at - times.announceMs / stepMs + 1), at);
    for (const earlier of before) {
      if (earlier.state.current.cert === state.current.cert) continue;
      expect(bundleOf(earlier.state)).toContain(state.current.cert.trim());
      expect(bundleOf(state)).toContain(earlier.state.current.cert.trim());
    }
  }
});

it('the bundle holds authorities only', async () => {
  for (const { state } of states) {
    const certificates = bundleOf(state).match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    expect(certificates.length).toBeGreaterThan(0);
    for (const each of certificates) expect(isAuthority(each)).toBe(true);
  }
});

it('the Secret holds everything, and a damaged one is no state', async () => {
  for (const { state } of states) expect(fromSecretData(toSecretData(state))).toEqual(state);
  expect(fromSecretData({ 'ca.crt': 'x' })).toBeUndefined();
});

it('a serving certificate is valid an hour back, for its names, and is no authority', async () => {
  const authority = await newAuthority(begin, times.authorityMs);
  const leaf = await newLeaf(authority, ['fourfold.system.svc', 'fourfold.system'], begin, times.leafMs);
  const read = new X509Certificate(leaf.cert);
  expect(read.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
  expect(read.checkHost('fourfold.system.svc')).toBe('fourfold.system.svc');
  expect(read.checkHost('other.system.svc')).toBeUndefined();
  expect(Date.parse(read.validFrom)).toBe(begin - 3_600_000);
  expect(read.ca).toBe(false);
});
