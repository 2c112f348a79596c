import type { VerifierSettings } from '../../crds/settings.ts';
import type { EmbedderState, LocalEmbedder } from '../embedders/index.ts';
import type { RefusalReason } from '../reasons.ts';

export type Verification = 'same' | 'different' | 'unverified';

export interface VerifierParts {
  /** Runs the model on two texts, given as a JSON list; its vector is what the model says of them. */
  readonly model: Pick<LocalEmbedder, 'embed' | 'state' | 'close'> & { deadlineMs: number };
  /** Which of several outputs means "the same"; of a single one it does not matter. Known when the model is loaded. */
  readonly label: () => number;
  readonly settings: () => Pick<VerifierSettings, 'score' | 'below' | 'deadlineMs'>;
  readonly observe: (outcome: Verification) => void;
}

/**
 * A second model, which reads two texts together and sees what vectors do not: who does what to whom, when, and by how much.
 * Closed on failure: without its word a match in its band is none.
 */
export class Verifier {
  readonly #parts: VerifierParts;

  constructor(parts: VerifierParts) {
    this.#parts = parts;
  }

  /** Why the entry of the stored text must not answer; undefined where it may. `similarity`: the cosine of the two. */
  async refuses(asked: string, stored: string, similarity: number): Promise<RefusalReason | undefined> {
    const { model, label, settings, observe } = this.#parts;
    const { score, below, deadlineMs } = settings();
    if (similarity >= below || asked === stored) return undefined;
    model.deadlineMs = deadlineMs;
    const said = await model.embed(JSON.stringify([stored, asked]));
    const probability = 'vector' in said ? probabilityOf(said.vector, label()) : undefined;
    const outcome = probability === undefined ? 'unverified' : probability >= score ? 'same' : 'different';
    observe(outcome);
    if (outcome === 'same') return undefined;
    return outcome === 'different' ? 'verifier' : 'unverified';
  }

  state(): EmbedderState {
    return this.#parts.model.state();
  }

  close(): Promise<void> {
    return this.#parts.model.close();
  }
}

/** Of a single output by the logistic function, of several by softmax. Undefined where the model gives no such number. */
export function probabilityOf(logits: Float32Array, label: number): number | undefined {
  const [only = Number.NaN] = logits;
  const chosen = logits[label] ?? Number.NaN;
  const most = Math.max(...logits);
  const probability =
    logits.length === 1
      ? 1 / (1 + Math.exp(-only))
      : Math.exp(chosen - most) / logits.reduce((sum, each) => sum + Math.exp(each - most), 0);
  return Number.isFinite(probability) ? probability : undefined;
}
