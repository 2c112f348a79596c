import type { Settings } from '../../crds/settings.ts';
import type { Embedder } from '../embedders/embedder.ts';
import type { Entry } from '../lookup/entry.ts';
import type { Hit } from '../lookup/hit.ts';
import { phases } from '../lookup/index.ts';
import { Question } from '../lookup/question.ts';
import { type LookupObserver, learn, lookUp } from '../lookup/run.ts';
import { Shelf } from '../lookup/shelf.ts';
import { Blocked } from '../quality/blocked.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { Point } from './point.ts';
import { ReplayStore } from './replay-store.ts';
import type { Labelled } from './sample.ts';

/**
 * Asks the questions one after the other, from an empty cache, through the phases that a sidecar has; each miss is stored. A
 * hit is right where the answer was stored for the same intent.
 */
export async function replay(
  questions: readonly Labelled[],
  neighbourhood: Neighbourhood,
  settings: Settings,
  found: (hit: Hit, prompt: string) => void = () => {},
): Promise<Point> {
  const { threshold } = settings;
  const store = new ReplayStore(neighbourhood);
  const shelf = new Shelf(questions.length + 1);
  const asked = phases({ shelf, store, blocked: new Blocked() }, () => settings).filter(
    ({ name }) => settings.phases[name === 'near-miss' ? 'nearMiss' : name].enabled,
  );
  const embedder: Pick<Embedder, 'embed'> = {
    embed: async (text) => {
      const vector = neighbourhood.vectorOf(text);
      return vector === undefined ? { skipped: 'window' } : { vector };
    },
  };
  const point = {
    threshold,
    overlap: settings.phases.nearMiss.overlap,
    asked: 0,
    hits: 0,
    judged: 0,
    wrong: 0,
  };
  for (const [at, { scope, intent, prompt, counts }] of questions.entries()) {
    const exactKey = JSON.stringify([scope, prompt]);
    const identity = { partition: '', scope, exactKey, id: String(at) };
    const question = new Question(
      asking(prompt),
      identity,
      { threshold, now: at, askedAt: at },
      embedder as Embedder,
    );
    const { hit } = await lookUp(asked, question, quiet);
    if (counts) point.asked++;
    if (hit !== undefined && counts) {
      point.hits++;
      point.judged++;
      if (questions[Number(hit.entry.id)]?.intent !== intent) point.wrong++;
    }
    if (hit !== undefined) {
      found(hit, prompt);
      continue;
    }
    const entry = entryOf(identity, prompt, neighbourhood.vectorOf(prompt));
    learn(asked, question, entry, 1, quiet);
    await store.put(entry);
  }
  return point;
}

const asking = (text: string): Question['asked'] => ({
  ...{ model: '', text, exactOnly: undefined, user: undefined, form: 'json', withUsage: false },
});

/** Its id is the place of its question. */
function entryOf(
  identity: { partition: string; scope: string; exactKey: string; id: string },
  text: string,
  vector: Float32Array | undefined,
): Entry {
  const answer = new Uint8Array();
  const times = { createdAt: 0, expiresAt: Number.MAX_SAFE_INTEGER };
  return {
    ...identity,
    ...times,
    dialect: '',
    model: '',
    text,
    vector,
    answer,
    tags: [],
    sources: [],
    tokens: 0,
  };
}

const quiet: LookupObserver = {
  asked: () => {},
  failed: (_, error) => {
    throw error;
  },
};
