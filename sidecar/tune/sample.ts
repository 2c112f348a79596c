import type { Decision } from '../decisions/decision.ts';
import type { Placed, Row } from '../tables/table.ts';

/** A question of a labelled set: two questions have the same answer exactly where their intents are the same. */
export interface Labelled {
  /** Only questions of one scope may answer each other. */
  readonly scope: string;
  readonly intent: string;
  readonly prompt: string;
  /** False where it only fills the cache: its own lookup is not judged. */
  readonly counts: boolean;
}

/** What a file holds: questions in the order in which they are asked, or what a sidecar wrote down of its lookups. */
export type Sample =
  | { readonly kind: 'questions'; readonly questions: readonly Labelled[] }
  | { readonly kind: 'log'; readonly decisions: readonly Decision[] };

/**
 * Rows tell by their columns what they are: `prompt` and `intent` (with `scope`, if there are several) a stream of questions;
 * `a`, `b` and `same` a pair, of which the first is stored and the second asked (where
 * `same` is null it counts nothing); `outcome` and `threshold` a decision log.
 * @throws TypeError naming the row that is none of them, or another than those before it.
 */
export function sampleOf(rows: readonly (Placed & { readonly file: string })[]): Sample {
  const questions: Labelled[] = [];
  const decisions: Decision[] = [];
  let unlabelled = 0;
  for (const { file, place, row, fault } of rows) {
    const at = `${file} ${place}`;
    if (row === undefined) throw new TypeError(`${at}: ${fault}`);
    if (isDecision(row)) decisions.push({ refusals: [], ...row } as unknown as Decision);
    else if (isText(row.prompt) && isText(row.intent))
      questions.push({
        scope: isText(row.scope) ? row.scope : '',
        intent: row.intent,
        prompt: row.prompt,
        counts: true,
      });
    else if (isText(row.a) && isText(row.b) && row.same === null) unlabelled++;
    else if (isText(row.a) && isText(row.b))
      questions.push(...pair(at, row as Row & { a: string; b: string }));
    else
      throw new TypeError(
        `${at}: expected prompt and intent, or a, b and same, or a row of a decision log, found ${Object.keys(row).join(', ')}`,
      );
  }
  if (questions.length > 0 && decisions.length > 0)
    throw new TypeError('expected labelled questions or a decision log, found both');
  if (questions.length === 0 && decisions.length === 0)
    throw new TypeError(
      unlabelled === 0
        ? 'expected at least one row, found none'
        : `expected true or false in same, found ${unlabelled} pairs without`,
    );
  return questions.length > 0 ? { kind: 'questions', questions } : { kind: 'log', decisions };
}

/** In a scope of its own. CSV has no booleans. */
function pair(at: string, { a, b, same }: Row & { a: string; b: string }): Labelled[] {
  const isSame =
    same === true || same === 'true' ? true : same === false || same === 'false' ? false : undefined;
  if (isSame === undefined)
    throw new TypeError(`${at}: same: expected true or false, found ${JSON.stringify(same)}`);
  return [
    { scope: at, intent: 'a', prompt: a, counts: false },
    { scope: at, intent: isSame ? 'a' : 'b', prompt: b, counts: true },
  ];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isDecision = ({ outcome, threshold, scope }: Row): boolean =>
  isText(outcome) && typeof threshold === 'number' && isText(scope);
