import { kindKey, type PairScore, type StreamScore } from './score.ts';

/** What was measured over HTTP. */
export interface Scores {
  readonly stream: StreamScore;
  readonly draws: readonly StreamScore[];
  readonly pairs: PairScore;
}

export interface Goal {
  readonly name: string;
  /** Of plain phases 1 to 4 with the first guards. */
  readonly reference: number;
  readonly goal: number;
  readonly better: 'higher' | 'lower';
  /** How the value is written; a reference is known as exactly as it is written. */
  readonly as: 'share' | 'percent' | 'count';
  /** Undefined where it was not measured. */
  readonly read: (scores: Scores) => number | undefined;
}

const mean = (scores: readonly StreamScore[], read: (score: StreamScore) => number): number | undefined =>
  scores.length === 0 ? undefined : scores.reduce((sum, each) => sum + read(each), 0) / scores.length;

const kind = (same: boolean, name: string) => (scores: Scores) => {
  const { hits, pairs } = scores.pairs.kinds.get(kindKey(same, name)) ?? { hits: 0, pairs: 0 };
  return pairs === 0 ? undefined : hits / pairs;
};

const wrongIn =
  (...phases: string[]) =>
  ({ stream }: Scores) =>
    phases.reduce((sum, phase) => sum + (stream.byPhase.get(phase)?.wrong ?? 0), 0);

const mustNotHit = (name: string, label: string, reference: number, goal: number): Goal => ({
  name: `Different: ${label}`,
  reference,
  goal,
  better: 'lower',
  as: 'percent',
  read: kind(false, name),
});

export const goals: readonly Goal[] = [
  {
    name: 'Stream: hits',
    reference: 0.6,
    goal: 0.6,
    better: 'higher',
    as: 'share',
    read: ({ stream }) => stream.hit,
  },
  {
    name: 'Stream: wrong of all hits',
    reference: 0.0057,
    goal: 0.004,
    better: 'lower',
    as: 'share',
    read: ({ stream }) => stream.fh_hits,
  },
  {
    name: 'Stream: wrong of all requests',
    reference: 0.0034,
    goal: 0.0025,
    better: 'lower',
    as: 'share',
    read: ({ stream }) => stream.fh_req,
  },
  {
    name: 'Mean of the draws: wrong of all hits',
    reference: 0.0057,
    goal: 0.004,
    better: 'lower',
    as: 'share',
    read: ({ draws }) => mean(draws, (each) => each.fh_hits),
  },
  {
    name: 'Mean of the draws: wrong of all requests',
    reference: 0.0034,
    goal: 0.0025,
    better: 'lower',
    as: 'share',
    read: ({ draws }) => mean(draws, (each) => each.fh_req),
  },
  {
    name: 'Stream: wrong hits of phases 1 and 3',
    reference: 0,
    goal: 0,
    better: 'lower',
    as: 'count',
    read: wrongIn('fingerprint', 'exact'),
  },
  {
    name: 'Stream: wrong hits of phase 2',
    reference: 2,
    goal: 2,
    better: 'lower',
    as: 'count',
    read: wrongIn('near-miss'),
  },
  {
    name: 'Same: trivial changes',
    reference: 0.99,
    goal: 0.98,
    better: 'higher',
    as: 'percent',
    read: ({ pairs }) => pairs.hit_trivial,
  },
  {
    name: 'Same: one typing error',
    reference: 0.92,
    goal: 0.9,
    better: 'higher',
    as: 'percent',
    read: kind(true, 'trivial-typo'),
  },
  {
    name: 'Same: all',
    reference: 0.593,
    goal: 0.6,
    better: 'higher',
    as: 'share',
    read: ({ pairs }) => pairs.hit_same,
  },
  {
    name: 'Same: reworded long instructions',
    reference: 0.08,
    goal: 0.5,
    better: 'higher',
    as: 'percent',
    read: kind(true, 'long-paraphrase'),
  },
  mustNotHit('number', 'number', 0, 0.01),
  mustNotHit('unit', 'unit', 0, 0.01),
  mustNotHit('format', 'format asked for', 0, 0.01),
  mustNotHit('language', 'language of the answer', 0, 0.01),
  mustNotHit('negation', 'negation', 0, 0.01),
  mustNotHit('antonym', 'antonym', 0, 0.01),
  mustNotHit('comparative', 'comparative', 0, 0.01),
  mustNotHit('date', 'date, version', 0.06, 0.01),
  mustNotHit('qtype', 'wh-word', 0.03, 0.03),
  mustNotHit('long-context', 'long text, another instruction', 0.04, 0.03),
  mustNotHit('direction', 'direction', 0.15, 0.1),
  mustNotHit('role-swap', 'role swap', 0.86, 0.5),
  mustNotHit('tense', 'tense', 0.33, 0.2),
  mustNotHit('entity', 'entity', 0.01, 0.01),
  mustNotHit('code', 'code', 0.01, 0.01),
  mustNotHit('scope', 'scope', 0.01, 0.01),
  mustNotHit('unrelated', 'unrelated', 0.01, 0.01),
  mustNotHit('context-swap', 'other context', 0.01, 0.01),
];

export const isMet = ({ better, goal }: Goal, value: number): boolean =>
  better === 'higher' ? value >= goal : value <= goal;

/** Whether a value is as good as the reference, within what the reference's last digit can tell. */
export function isAsGood({ better, reference, as }: Goal, value: number): boolean {
  const slack = { share: 0.0005, percent: 0.005, count: 0 }[as];
  return better === 'higher' ? value >= reference - slack : value <= reference + slack;
}

export function written({ as }: Goal, value: number): string {
  if (as === 'count') return String(value);
  if (as === 'percent') return `${Number((value * 100).toFixed(1))} %`;
  return value.toFixed(4);
}
