import type { Settings } from '../../crds/settings.ts';
import type { Blocked } from '../quality/blocked.ts';
import type { Store } from '../stores/store.ts';
import type { Verifier } from '../verifier/verifier.ts';
import { exact } from './exact.ts';
import { fingerprint } from './fingerprint.ts';
import { nearMiss } from './near-miss.ts';
import type { Phase, PhaseName } from './phase.ts';
import { semantic } from './semantic.ts';
import type { Shelf } from './shelf.ts';

/** The four phases, in order. */
export function phases(
  {
    shelf,
    store,
    blocked,
    verifier,
  }: {
    shelf: Shelf;
    store: Pick<Store, 'get' | 'alias' | 'nearest' | 'slow' | 'spare'>;
    blocked: Blocked;
    verifier?: Pick<Verifier, 'refuses'> | undefined;
  },
  settings: () => Settings,
): readonly Phase[] {
  return [
    fingerprint(shelf, blocked),
    nearMiss(shelf, () => settings().phases.nearMiss, blocked),
    exact(store),
    semantic(store, () => settings().phases.semantic, blocked, verifier),
  ];
}

export function isEnabled({ phases }: Settings, name: PhaseName): boolean {
  return phases[name === 'near-miss' ? 'nearMiss' : name].enabled;
}
