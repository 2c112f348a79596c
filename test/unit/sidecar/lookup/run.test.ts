import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../sidecar/lookup/entry.ts';
import type { Finding, Phase, PhaseName } from '../../../../sidecar/lookup/phase.ts';
import type { Question } from '../../../../sidecar/lookup/question.ts';
import { learn, lookUp } from '../../../../sidecar/lookup/run.ts';
import { storeUnavailable } from '../../../../sidecar/stores/unavailable.ts';

/** The order of the phases, promotion, and what a failure means: decided once, for all phases. */
const now = 1_000_000;
const question = (maxAge?: number) => ({ now, maxAge }) as Question;
const entry = (createdAt = now - 5_000) => ({ id: 'entry', createdAt }) as Entry;

/** A phase that finds what it is told to, and the story of what happened. */
function scene(
  ...findings: (readonly [PhaseName, () => Finding | Promise<Finding>, (() => Promise<void>)?])[]
) {
  const story: string[] = [];
  const phases = findings.map(
    ([name, find, learning]): Phase => ({
      name,
      find: () => {
        story.push(`${name} is asked`);
        return find();
      },
      learn: () => {
        story.push(`${name} learns`);
        return learning?.();
      },
    }),
  );
  const observer = {
    asked: (phase: PhaseName, outcome: string) => void story.push(`${phase}: ${outcome}`),
    failed: (phase: PhaseName, error: unknown) =>
      void story.push(`${phase} failed: ${(error as Error).message}`),
  };
  return { phases, story, observer };
}
const hit =
  (similarity = 1, found = entry()) =>
  () => ({ hit: found, similarity });
const miss =
  (finding: Finding = {}) =>
  () =>
    finding;
const broken = (message: string) => () => {
  throw new Error(message);
};

it('a store that could not answer one phase is not asked again for the same question', async () => {
  const { phases, story, observer } = scene(
    ['fingerprint', miss()],
    [
      'exact',
      () => {
        throw storeUnavailable;
      },
    ],
    ['semantic', hit(0.95)],
  );
  const [first, ...ofStore] = phases;
  const asked = [first as Phase, ...ofStore.map((phase) => ({ ...phase, asksStore: true }))];
  const lookup = await lookUp(asked, question(), observer);
  expect(lookup).toMatchObject({ hit: undefined, reason: 'store-unavailable' });
  expect(story).not.toContain('semantic is asked');
  expect(story).toContain('semantic: miss');
});

describe('phases of a slow store are asked at once', () => {
  /** The second of them hurries; each finds when it is told to. */
  function slow(hurries: boolean, told?: () => void) {
    const found = { exact: Promise.withResolvers<Finding>(), semantic: Promise.withResolvers<Finding>() };
    const { phases, story, observer } = scene(
      ['fingerprint', miss()],
      ['exact', () => found.exact.promise],
      ['semantic', () => found.semantic.promise],
    );
    const [first, second, third] = phases as [Phase, Phase, Phase];
    const asked = [first, { ...second, asksStore: true }, { ...third, asksStore: true, hurries }];
    return { found, story, lookup: lookUp(asked, question(), observer, { slow: told }) };
  }

  it('and each counts in its turn', async () => {
    const { found, story, lookup } = slow(true);
    found.semantic.resolve({ hit: entry(), similarity: 0.95 });
    await new Promise(setImmediate);
    expect(story).toEqual([
      'fingerprint is asked',
      'fingerprint: miss',
      'exact is asked',
      'semantic is asked',
    ]);
    found.exact.resolve({});
    expect((await lookup).hit).toMatchObject({ phase: 'semantic', similarity: 0.95 });
    expect(story.slice(4)).toEqual(['exact: miss', 'semantic: hit', 'fingerprint learns', 'exact learns']);
  });

  it('what the first of them answers, the second does not, nor does its failure matter', async () => {
    const { found, story, lookup } = slow(true);
    found.semantic.reject(new Error('no store'));
    await new Promise(setImmediate);
    found.exact.resolve({ hit: entry(), similarity: 1 });
    const { hit, findings } = await lookup;
    expect(hit).toMatchObject({ phase: 'exact' });
    expect(findings.map(({ phase }) => phase)).toEqual(['fingerprint', 'exact']);
    expect(story.slice(4)).toEqual(['exact: hit', 'fingerprint learns']);
  });

  it('a failure of the second is told in its turn', async () => {
    const { found, story, lookup } = slow(true);
    found.semantic.reject(new Error('no store'));
    found.exact.resolve({});
    expect((await lookup).hit).toBeUndefined();
    expect(story.slice(4)).toEqual(['exact: miss', 'semantic: error', 'semantic failed: no store']);
  });

  it('and whoever asks is told once for each, so that more can be asked beside them', async () => {
    let told = 0;
    const { found, lookup } = slow(true, () => told++);
    expect(told).toBe(1);
    found.exact.resolve({});
    found.semantic.resolve({});
    await lookup;
    expect(told).toBe(2);
  });

  it('of a store that is not, one after the other', async () => {
    let told = 0;
    const { found, story, lookup } = slow(false, () => told++);
    await new Promise(setImmediate);
    expect(story).not.toContain('semantic is asked');
    found.exact.resolve({ hit: entry(), similarity: 1 });
    await lookup;
    expect(story).not.toContain('semantic is asked');
    expect(told).toBe(0);
  });
});

it('asks in order, stops at the first hit, and lets the phases before it learn', async () => {
  const { phases, story, observer } = scene(
    ['fingerprint', miss()],
    ['near-miss', miss()],
    ['exact', hit(0.97)],
    ['semantic', hit()],
  );
  const lookup = await lookUp(phases, question(), observer);
  expect(lookup).toMatchObject({
    hit: { phase: 'exact', similarity: 0.97 },
    best: undefined,
    reason: undefined,
  });
  expect(story).toEqual([
    'fingerprint is asked',
    'fingerprint: miss',
    'near-miss is asked',
    'near-miss: miss',
    'exact is asked',
    'exact: hit',
    'fingerprint learns',
    'near-miss learns',
  ]);
});

describe('a failure is a miss', () => {
  it.each([
    ['that is thrown', broken('no store')],
    ['that comes later', async () => Promise.reject(new Error('no store'))],
  ])('%s', async (_, find) => {
    const { phases, story, observer } = scene(['exact', find], ['semantic', hit(0.95)]);
    expect((await lookUp(phases, question(), observer)).hit).toMatchObject({ phase: 'semantic' });
    expect(story).toContain('exact: error');
    expect(story).toContain('exact failed: no store');
  });

  it('of all phases too', async () => {
    const { phases, observer } = scene(['fingerprint', broken('a')], ['exact', broken('b')]);
    expect(await lookUp(phases, question(), observer)).toMatchObject({
      hit: undefined,
      best: undefined,
      reason: undefined,
    });
  });

  it('of learning costs nothing, at once or later', async () => {
    const { phases, story, observer } = scene(
      ['fingerprint', miss(), broken('full')],
      ['exact', miss(), async () => Promise.reject(new Error('gone'))],
      ['semantic', hit()],
    );
    expect((await lookUp(phases, question(), observer)).hit).toBeDefined();
    learn(phases, question(), entry(), 1, observer);
    await new Promise(setImmediate);
    expect(story.filter((line) => line.includes('failed')).sort()).toEqual(
      [
        'exact failed: gone',
        'exact failed: gone',
        'fingerprint failed: full',
        'fingerprint failed: full',
      ].sort(),
    );
  });
});

describe('an entry older than the request accepts', () => {
  it('is refused for its age, and a later phase may have a younger one', async () => {
    const { phases, story, observer } = scene(
      ['fingerprint', hit(1)],
      ['semantic', hit(0.95, entry(now - 500))],
    );
    expect((await lookUp(phases, question(1), observer)).hit).toMatchObject({ phase: 'semantic' });
    expect(story).toContain('fingerprint: miss');
  });

  it.each([
    [5, 'hit'],
    [4.999, 'age'],
    [0, 'age'],
  ])('five seconds old, %d accepted: %s', async (maxAge, outcome) => {
    const { phases, observer } = scene(['fingerprint', hit(1)]);
    const lookup = await lookUp(phases, question(maxAge), observer);
    expect(lookup.hit === undefined ? lookup.reason : 'hit').toBe(outcome);
  });
});

describe('an entry that answers nobody', () => {
  const keepers = { refused: (id: string) => id === 'refused' };
  const refused = { ...entry(), id: 'refused' };

  it('counts as a miss, is not learned, and a later phase may have another', async () => {
    const { phases, story, observer } = scene(
      ['near-miss', miss()],
      ['exact', hit(1, refused)],
      ['semantic', hit(0.95)],
    );
    const lookup = await lookUp(phases, question(), observer, keepers);
    expect(lookup.hit).toMatchObject({ phase: 'semantic', entry: { id: 'entry' } });
    expect(story.slice(0, 6)).toEqual([
      'near-miss is asked',
      'near-miss: miss',
      'exact is asked',
      'exact: miss',
      'semantic is asked',
      'semantic: hit',
    ]);
  });

  it('is the reason of the miss', async () => {
    const { phases, story, observer } = scene(['exact', hit(1, refused)]);
    expect(await lookUp(phases, question(), observer, keepers)).toMatchObject({
      hit: undefined,
      doubted: undefined,
      best: 1,
      reason: 'policy-refused',
    });
    expect(story).not.toContain('exact learns');
  });
});

it.each([
  [
    'the later phase knows more of the best candidate',
    [
      { best: 0.7, refused: 'threshold' },
      { best: 0.93, refused: 'number' },
    ],
    0.93,
    'number',
  ],
  ['what a phase does not know stays', [{ best: 0.7, refused: 'negation' }, {}], 0.7, 'negation'],
  [
    'a phase that cannot look explains nothing of the candidate',
    [{ best: 0.7, refused: 'number' }, { skipped: 'model-unavailable' as const }],
    0.7,
    'number',
  ],
  [
    'a phase that cannot look is named where there was no candidate',
    [{}, { skipped: 'embedder-busy' as const }],
    undefined,
    'embedder-busy',
  ],
])('on a miss, %s', async (_, [first, second], best, reason) => {
  const { phases, observer } = scene(['near-miss', miss(first)], ['semantic', miss(second)]);
  expect(await lookUp(phases, question(), observer)).toMatchObject({ hit: undefined, best, reason });
});
