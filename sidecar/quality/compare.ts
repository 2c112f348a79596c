import type { Embedder } from '../embedders/embedder.ts';
import { denial } from '../lookup/guards/denial.ts';
import { number } from '../lookup/guards/number.ts';
import { read } from '../lookup/guards/reading.ts';

/** Whether two answers to the same question say the same; `unjudged` where nobody could tell. */
export type Comparison = 'same' | 'different' | 'unjudged';

/** Two answers to one question, and the question. */
export interface Answers {
  /** What the cache served, or would have. */
  readonly served: string;
  /** What the provider says to the question itself. */
  readonly fresh: string;
}

/**
 * Compares without asking anybody: texts that are equal but for white space and case are the same; sentences must agree in
 * numbers and in what they deny; then the likeness of their embeddings decides. Two honest answers to one question differ in
 * wording, so this errs towards `different` on short answers and towards `same` on long ones. A judge does better.
 */
export async function compareAnswers(
  { served, fresh }: Answers,
  embedder: Pick<Embedder, 'embed'>,
): Promise<Comparison> {
  // Calls of tools, say: what they say is not in their texts.
  if (served.trim() === '' && fresh.trim() === '') return 'unjudged';
  const [a, b] = [plain(served), plain(fresh)];
  if (a === b) return 'same';
  if (a === '' || b === '') return 'different';
  if (Math.max(a.length, b.length) <= longestShort && disagree(served, fresh)) return 'different';
  const [one, other] = [await meaning(served, embedder), await meaning(fresh, embedder)];
  if (one === undefined || other === undefined) return 'unjudged';
  let cosine = 0;
  for (const [at, component] of one.entries()) cosine += component * (other[at] as number);
  return cosine >= leastLikeness ? 'same' : 'different';
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[\s.!]+/g, ' ')
    .trim();

function disagree(served: string, fresh: string): boolean {
  const [a, b] = [read(served), read(fresh)];
  return number.refuses(a, b) || denial(a).negations !== denial(b).negations;
}

/**
 * The mean of the vectors of its pieces: an answer is often longer than what the model reads at once. Undefined where a piece
 * had to be left out for want of time or room: means over other pieces say nothing of each other.
 */
async function meaning(text: string, embedder: Pick<Embedder, 'embed'>): Promise<Float32Array | undefined> {
  let sum: Float32Array | undefined;
  for (const piece of pieces(text)) {
    const embedding = await embedder.embed(piece);
    if ('skipped' in embedding) {
      // Longer than the model reads: so it is in the other answer.
      if (embedding.skipped === 'window') continue;
      return undefined;
    }
    sum ??= new Float32Array(embedding.vector.length);
    for (const [at, component] of embedding.vector.entries()) sum[at] = (sum[at] as number) + component;
  }
  if (sum === undefined) return undefined;
  const length = Math.sqrt(sum.reduce((total, component) => total + component ** 2, 0));
  return length === 0 ? undefined : sum.map((component) => component / length);
}

/** Cut at sentences where there are any, and no more than a few: what an answer says it says at its beginning. */
function pieces(text: string): string[] {
  const sentences = text.slice(0, mostPieces * pieceLength).match(/[^.!?\n]+[.!?\n]*/g) ?? [];
  const found: string[] = [];
  for (const sentence of sentences.flatMap((each) => each.match(/[\s\S]{1,600}/g) ?? [])) {
    const last = found.at(-1);
    if (last !== undefined && last.length + sentence.length <= pieceLength)
      found[found.length - 1] = last + sentence;
    else found.push(sentence);
  }
  return found.filter((piece) => piece.trim() !== '').slice(0, mostPieces);
}

/** Characters: a sentence. Whoever says more mentions further numbers, and what not to do. */
const longestShort = 120;
/** Characters. */
const pieceLength = 600;
const mostPieces = 6;
/** Cosine from which two answers say the same. */
const leastLikeness = 0.8;
