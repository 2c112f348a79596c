import { expect, it } from 'vitest';
import type { Settings } from '../../../../crds/settings.ts';
import type { Entry } from '../../../../sidecar/lookup/entry.ts';
import { nothing, type Phase } from '../../../../sidecar/lookup/phase.ts';
import type { Question } from '../../../../sidecar/lookup/question.ts';
import { Shelf } from '../../../../sidecar/lookup/shelf.ts';
import { Cache } from '../../../../sidecar/proxy/cache.ts';
import { Removals } from '../../../../sidecar/stores/removals.ts';

it('an answer is told first and learnt after, before anything else comes to its turn', async () => {
  const story: string[] = [];
  const phase: Phase = {
    name: 'fingerprint',
    find: () => nothing,
    learn: () => void story.push('learnt'),
  };
  const cache = new Cache({
    phases: [phase],
    store: { put: async () => void story.push('stored') },
    shelf: new Shelf(1),
    removals: new Removals(),
    settings: () =>
      ({ phases: { fingerprint: { enabled: true }, semantic: { enabled: false } } }) as Settings,
  } as unknown as ConstructorParameters<typeof Cache>[0]);
  const later = new Promise<void>((resolve) => {
    setImmediate(() => resolve(void story.push('the next request')));
  });
  const entry = {
    id: 'a',
    createdAt: 1,
    partition: 'p',
    model: 'm',
    tags: [],
    sources: [],
  } as unknown as Entry;
  void cache.remember({ askedAt: 1 } as Question, entry);
  story.push('told');
  await later;
  expect(story).toEqual(['told', 'learnt', 'stored', 'the next request']);
});
