import { amountPattern } from '../../crds/amount.ts';
import { parseDuration } from '../../crds/duration.ts';
import { annotations } from '../../crds/names.ts';
import { durationRule } from '../../crds/rules.ts';
import { amounts, overridesOf, pairs } from '../webhook/overrides.ts';
import { text } from './cel.ts';

/** What an annotation says; `said` is the variable with all of them. */
const said = (annotation: string): string => `variables.said[${text(annotation)}]`;
const isSaid = (annotation: string): string => `${text(annotation)} in variables.said`;

/**
 * The words up to `, found `, as the webhook says them of such a text.
 * @throws Error for a text that the webhook takes.
 */
function expectedOf(annotation: string, wrong: string): string {
  const judged = overridesOf({ [annotation]: wrong });
  if (!('fault' in judged)) throw new Error(`expected a fault of ${annotation}, found none`);
  return judged.fault.slice(0, judged.fault.indexOf(', found '));
}

interface Check {
  /** True for what is refused; evaluated only where the annotations are there. */
  readonly wrong: string;
  readonly of: readonly string[];
  readonly says: string;
}

const quoted = (annotation: string): string => `'"' + ${said(annotation)} + '"'`;

/** As the environment is read, of so many digits that each can be computed with. */
const number = '^[+-]?([0-9]{1,16}([.][0-9]{0,16})?|[.][0-9]{1,16})([eE][+-]?[0-9]{1,2})?$';

function checkOf(annotation: string, accepted: string, wrong: string, found = quoted(annotation)): Check {
  return {
    of: [annotation],
    wrong: `!(${accepted})`,
    says: `${text(`${expectedOf(annotation, wrong)}, found `)} + ${found}`,
  };
}

const { threshold, ttl, mode, logLevel } = annotations;
const isNumber = `${said(threshold)}.matches(${text(number)})`;
const lifetime = durationRule(1, parseDuration('8760h') ?? 0).rule.replaceAll(/\bself\b/g, said(ttl));
const looksLikeDuration = `${said(ttl)}.matches('^([0-9]+|([0-9]+([.][0-9]+)?(ns|us|µs|ms|s|m|h))+)$')`;

/** In the order in which the webhook finds them. */
const checks: readonly Check[] = [
  checkOf(
    threshold,
    `${isNumber} && double(${said(threshold)}) > 0.0 && double(${said(threshold)}) <= 1.0`,
    'x',
    `(${isNumber} ? ${said(threshold)} : ${quoted(threshold)})`,
  ),
  checkOf(ttl, looksLikeDuration, 'x'),
  checkOf(ttl, lifetime, '0s'),
  // The words that they take are in what the webhook says.
  checkOf(mode, `${said(mode)} in [${wordsOf(mode)}]`, 'x'),
  checkOf(logLevel, `${said(logLevel)} in [${wordsOf(logLevel)}]`, 'x'),
  ...Object.entries(amounts).map(([annotation, [, , least]]) =>
    checkOf(
      annotation,
      `${said(annotation)}.matches(${text(amountPattern)}) && quantity(${said(annotation)}).compareTo(quantity(${text(least)})) >= 0`,
      'x',
    ),
  ),
  ...pairs.map(
    ([request, limit]): Check => ({
      of: [request, limit],
      wrong: `quantity(${said(request)}).compareTo(quantity(${said(limit)})) > 0`,
      says: `${text(`${request}: expected at most what ${limit} says, found `)} + ${quoted(request)} + ' and ' + ${quoted(limit)}`,
    }),
  ),
];

function wordsOf(annotation: string): string {
  const words = expectedOf(annotation, 'x').split(': expected ')[1] ?? '';
  return words
    .split(/, | or /)
    .map(text)
    .join(', ');
}

/** What is wrong with the annotations, in the words of `overridesOf`; empty where nothing is. */
export const faults: string = checks.reduceRight(
  (rest, { of, wrong, says }) => `${of.map(isSaid).join(' && ')} && ${wrong} ? ${says}\n      : ${rest}`,
  "''",
);
