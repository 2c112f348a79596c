import { canonical, type Identity, idOf, sha256 } from '../lookup/identity.ts';
import type { SplitInput } from './input.ts';
import { rawPlaces } from './json.ts';

/** What makes two calls of a tool, or two searches of a memory, the same. Hashed as requests are (RFC 8785). */

const version = 'fourfold/agents/1';

/**
 * Tool and partition are in the scope: a result of another tool is never a candidate.
 * @throws where the input holds what JSON cannot say canonically (a lone surrogate, a number beyond double range).
 */
export function toolIdentity(call: { tool: string; input: SplitInput; partition: string }): Identity {
  const { tool, input, partition } = call;
  return identity(
    partition,
    sha256(canonical([version, 'tool', partition, tool, input.fixed, rawPlaces(input.fixed)])),
    input.text,
  );
}

/** Of well-formed texts. Tags are a set: neither their order nor repetition counts, and one more or one less is another search. */
export function memoryIdentity(search: {
  query: string;
  tags: readonly string[];
  type: string | undefined;
  partition: string;
}): Identity {
  const { query, tags, type = null, partition } = search;
  const set = [...new Set(tags)].toSorted();
  return identity(partition, sha256(canonical([version, 'memory', partition, type, set])), query);
}

function identity(partition: string, scope: string, text: string | undefined): Identity {
  const exactKey = sha256(text === undefined ? `exact ${scope}` : `text ${scope} ${text}`);
  return { partition, scope, exactKey, id: idOf(exactKey) };
}
