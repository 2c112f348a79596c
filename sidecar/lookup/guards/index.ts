import { antonym } from './antonym.ts';
import { conjunction } from './conjunction.ts';
import { date } from './date.ts';
import { direction } from './direction.ts';
import { foreign } from './foreign.ts';
import { format } from './format.ts';
import type { Guard } from './guard.ts';
import { identifier } from './identifier.ts';
import { language } from './language.ts';
import { layout } from './layout.ts';
import { long } from './long.ts';
import { lookalike } from './lookalike.ts';
import { modality } from './modality.ts';
import { name } from './name.ts';
import { negation } from './negation.ts';
import { number } from './number.ts';
import { permutation } from './permutation.ts';
import { possession } from './possession.ts';
import { quantifier } from './quantifier.ts';
import { question } from './question.ts';
import { quoted } from './quoted.ts';
import type { Reading } from './reading.ts';
import { role } from './role.ts';
import { superlative } from './superlative.ts';
import { tense } from './tense.ts';
import { unit } from './unit.ts';

/** In order; the first that refuses gives the reason. What is cheap and certain stands first. */
export const guards: readonly Guard[] = [
  foreign,
  number,
  unit,
  date,
  negation,
  antonym,
  quantifier,
  language,
  format,
  identifier,
  name,
  quoted,
  layout,
  question,
  superlative,
  direction,
  permutation,
  role,
  possession,
  conjunction,
  tense,
  modality,
  lookalike,
  long,
];

/** The reason why an answer to `stored` must not be given to `asked`; undefined where it may. */
export function guard(asked: Reading, stored: Reading): string | undefined {
  return guards.find((each) => each.refuses(asked, stored))?.reason;
}
