import type { Settings } from '../../crds/settings.ts';
import type { Asked } from '../dialects/dialect.ts';
import type { BypassReason } from '../reasons.ts';
import { personalData } from './personal-data.ts';
import { phrases } from './phrases.ts';
import type { Rule } from './rule.ts';
import { secret } from './secret.ts';
import { timeSensitive } from './time-sensitive.ts';

/** What keeps a question out of the cache, in order; the first that matches says why. */
export function rulesOf({
  secrets,
  personalData: personal,
  timeSensitive: time,
  words,
}: Settings['exclude']): Rule[] {
  return [
    ...(secrets ? [secret] : []),
    ...(personal ? [personalData] : []),
    ...(words.length > 0 ? [phrases('excluded-word', words)] : []),
    ...(time ? [timeSensitive] : []),
  ];
}

/** Characters of a long text that are read, at its beginning and at its end. */
const mostOfText = 32_768;
const mostBytes = 1 << 20;

/** A request without a loose text is compared by all of its bytes: of those, only secrets are looked for. */
export function excludedBy(
  rules: readonly Rule[],
  { text }: Pick<Asked, 'text'>,
  body: Buffer,
): BypassReason | undefined {
  if (text === undefined)
    return rules.includes(secret) && secret.matches(body.toString('latin1', 0, mostBytes))
      ? secret.reason
      : undefined;
  const read =
    text.length <= 2 * mostOfText ? text : `${text.slice(0, mostOfText)}\n${text.slice(-mostOfText)}`;
  return rules.find((rule) => rule.matches(read))?.reason;
}

/** Whether an answer, as it is stored, holds a secret. */
export function holdsSecret({ secrets }: Settings['exclude'], answer: Uint8Array): boolean {
  return (
    secrets &&
    secret.matches(
      Buffer.from(answer.buffer, answer.byteOffset, answer.length).toString('latin1', 0, mostBytes),
    )
  );
}
