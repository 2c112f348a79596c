import type { ExactOnlyReason } from '../reasons.ts';
import { isJsonText } from './json.ts';

/** The loose text's place in the fixed part; no request can hold it by itself, since it is not a string there. */
export const LOOSE = { '': 'loose text' };

/** Nobody words nothing otherwise, nor a payload. */
export function exactOnly(text: string): ExactOnlyReason | undefined {
  if (text.trim() === '') return 'no-user-text';
  return isJsonText(text) ? 'structured' : undefined;
}
