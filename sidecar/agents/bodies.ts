import Type from 'typebox';
import { parseDuration } from '../../crds/duration.ts';
import { Refused } from '../admin/refused.ts';
import { longest } from '../lookup/longest.ts';
import { deepest, isTooDeep } from './input.ts';

/** Fields that the bodies have in common, and the checks that a schema cannot say. Each fault names its field. */

export const strict = { additionalProperties: false };

export const anything = (description: string) => Type.Unknown({ description });

export const name = (description: string) => Type.String({ minLength: 1, maxLength: 256, description });

/** The tool in the path. */
export const ofTool = Type.Object({ tool: Type.String({ minLength: 1, maxLength: longest.tool }) });

/** A Go duration, or seconds. */
export const time = (description: string) =>
  Type.Optional(Type.Union([Type.Number(), Type.String()], { description }));

const user = Type.Optional(name('The end user, for `partitionBy: user`.'));

export const asking = {
  lease: time('Asks for the right to execute, for that long; identical callers wait for the one who has it.'),
  wait: time('How long to wait for another who executes.'),
  user,
};

export const keeping = {
  ttl: time('How long it is kept; a duration or seconds.'),
  lease: Type.Optional(
    Type.String({ maxLength: 200, description: 'The lease under which this was computed.' }),
  ),
  since: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'The `asOf` of the lookup: what was removed since then is not stored.',
    }),
  ),
  user,
};

/** @throws Refused */
export function shallow(field: string, value: unknown): void {
  if (!isTooDeep(value)) return;
  throw new Refused(400, `${field}: expected at most ${deepest} levels, found more`, field);
}

/** @throws Refused */
export function wellFormed(field: string, text = ''): void {
  if (text.isWellFormed()) return;
  throw new Refused(400, `${field}: expected a text of Unicode, found half of a surrogate pair`, field);
}

/** @throws Refused where `make` throws: the field cannot be hashed. */
export function canonically<Value>(field: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    throw new Refused(400, `${field}: expected what JSON can say, found ${(error as Error).message}`, field);
  }
}

/** @throws Refused */
export function secondsOf(field: string, value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = typeof value === 'number' ? value : parseDuration(value);
  if (seconds !== undefined && seconds > 0 && seconds <= longestSeconds) return seconds;
  throw new Refused(
    400,
    `${field}: expected a duration such as 10m or a number of seconds, found ${JSON.stringify(value)}`,
    field,
  );
}

/** A year. */
const longestSeconds = 31_536_000;
