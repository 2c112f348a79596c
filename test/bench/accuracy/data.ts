import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Two questions, and whether one answer serves both. */
export interface Pair {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly kind: string;
}

/** A request of a stream; requests of one intent want one answer. */
export interface Request {
  readonly i: number;
  readonly intent: string;
  readonly prompt: string;
  readonly src: string;
  readonly variant: string;
}

/** The labelled sets are read in place: parts of them may not be copied into the project. */
export const folder =
  process.env.FOURFOLD_EVAL ?? fileURLToPath(new URL('../../../../shared/eval/', import.meta.url));

const at = (name: string): string => join(folder, 'dev', `${name}.jsonl`);

export const isAtHand = (): boolean => existsSync(at('stream'));

export const pairFiles = ['pairs_own', 'pairs_public'] as const;
export const draws = [0, 1, 2, 3, 4].map((n) => `stream_draw_${n}`);

export const pairsOf = (name: string): Pair[] => lines(name);
export const streamOf = (name: string): Request[] => lines(name);
export const fileOf = at;

function lines<Line>(name: string): Line[] {
  return readFileSync(at(name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
