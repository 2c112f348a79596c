import type { Gate } from '../../../sidecar/quality/gate.ts';
import type { Match } from '../../../sidecar/quality/label.ts';
import type { Tables, TextId } from './tables.ts';

/** One request of a stream. */
export interface Asked {
  readonly text: TextId;
  readonly intent: string;
  readonly source: string;
}

export interface Course {
  readonly threshold: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Which guards are asked, a bit for each as in `Tables.refusals`. */
  readonly guards: number;
  /** With a gate: it is asked, and taught by audits of that share of the hits. */
  readonly learning?: { readonly gate: Gate; readonly auditSampleRate: number };
}

export interface Outcome {
  readonly requests: number;
  readonly hits: number;
  readonly wrong: number;
  /** Hits that the gate gave to the provider. */
  readonly doubted: number;
  readonly audits: number;
}

/** A text under which an entry is found. */
interface Wording {
  readonly text: TextId;
  readonly entry: TextId;
  readonly cosine: number;
  /** An audit found that this wording and its entry mean the same. */
  verified: boolean;
}

interface Found {
  readonly entry: TextId;
  readonly match: Match | undefined;
  /** Cosine with which the wording is learnt; undefined where it is known. */
  readonly learn: number | undefined;
  /** This wording was answered before. */
  readonly again: boolean;
}

const scope = '0'.repeat(64);
const neighbours = 5;

/** The four phases over tables, in one scope, as the sidecar runs them with audits and a gate. */
export function replay(tables: Tables, stream: readonly Asked[], course: Course): Outcome {
  const stored = new Map<TextId, string>();
  const wordings = new Map<string, Wording>();
  const { random, learning } = course;
  const counts = { requests: stream.length, hits: 0, wrong: 0, doubted: 0, audits: 0 };
  let credit = 0;

  const know = (text: TextId, entry: TextId, cosine: number) => {
    const key = tables.signatureKey(text);
    if (key !== undefined) wordings.set(key, { text, entry, cosine, verified: false });
  };
  const store = ({ text, intent }: Asked) => {
    stored.set(text, intent);
    know(text, text, 1);
  };

  for (const asked of stream) {
    const found = find(tables, stored, wordings, asked.text, course);
    if (found === undefined) {
      store(asked);
      continue;
    }
    const right = stored.get(found.entry) === asked.intent;
    const teach = () => {
      if (found.match !== undefined)
        learning?.gate.add({
          ...found.match,
          scope: scope.slice(0, 16),
          entry: String(found.entry),
          right,
          at: 0,
        });
    };
    if (found.match === undefined) learning?.gate.sure(scope);
    else if (learning?.gate.doubts(scope, String(found.entry), found.match)) {
      counts.doubted++;
      teach();
      store(asked);
      continue;
    }
    counts.hits++;
    if (!right) counts.wrong++;
    if (found.learn !== undefined) know(asked.text, found.entry, found.learn);
    if (learning === undefined) continue;
    // As `Audits` draws them: one half at random, the other where it teaches most.
    credit += learning.auditSampleRate / 2;
    let audited = random() < learning.auditSampleRate / 2;
    if (!audited && found.match !== undefined && credit >= (found.again ? 1 : 10)) {
      credit--;
      audited = true;
    }
    if (!audited) continue;
    counts.audits++;
    teach();
    const wording = wordings.get(tables.signatureKey(asked.text) ?? '');
    if (!right) store(asked);
    else if (wording?.entry === found.entry) wording.verified = true;
  }
  return counts;
}

function find(
  tables: Tables,
  stored: ReadonlyMap<TextId, string>,
  wordings: ReadonlyMap<string, Wording>,
  text: TextId,
  { threshold, guards }: Course,
): Found | undefined {
  const key = tables.signatureKey(text);
  const own = key === undefined ? undefined : wordings.get(key);
  if (own !== undefined && own.cosine >= threshold)
    return {
      entry: own.entry,
      match: own.verified ? undefined : semantic(own.cosine),
      learn: undefined,
      again: true,
    };
  for (const near of key === undefined ? [] : tables.nearMisses(text)) {
    const wording = wordings.get(tables.signatureKey(near.text) ?? '');
    if (wording?.text !== near.text) continue;
    if (((tables.refusals(text, near.text) | tables.refusals(text, wording.entry)) & guards) !== 0) continue;
    const match = semantic(wording.cosine) ?? { kind: 'near-miss', similarity: near.similarity };
    return { entry: wording.entry, match, learn: wording.cosine, again: false };
  }
  if (stored.has(text)) return { entry: text, match: undefined, learn: 1, again: false };
  let tried = 0;
  for (const { text: entry, similarity } of tables.semantic(text)) {
    if (similarity < threshold || tried >= neighbours) return undefined;
    if (!stored.has(entry)) continue;
    tried++;
    if ((tables.refusals(text, entry) & guards) === 0)
      return { entry, match: { kind: 'semantic', similarity }, learn: similarity, again: false };
  }
  return undefined;
}

const semantic = (cosine: number): Match | undefined =>
  cosine < 1 ? { kind: 'semantic', similarity: cosine } : undefined;
