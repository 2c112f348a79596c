import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import Type, { type Static } from 'typebox';
import { Refused } from '../admin/refused.ts';
import { longest } from '../lookup/longest.ts';
import type { AgentsApiParts } from './api.ts';
import { audible } from './audible.ts';
import { asking, keeping, name, secondsOf, shallow, strict, wellFormed } from './bodies.ts';
import { memoryIdentity } from './identity.ts';
import { bodyOf, type Wanted } from './results.ts';
import { resultThreshold } from './threshold.ts';

/** Of what a search gave. Which it may be is not said to the schema: a number of many digits is an object by now, see json.ts. */
export const id = Type.Unknown({ description: 'A text or a number; 4 and "4" are one id.' });

/** @throws Refused */
export function idText(id: unknown, field: string): string {
  const text = typeof id === 'number' || JSON.isRawJSON(id) ? JSON.stringify(id) : id;
  if (typeof text === 'string' && text !== '' && text.length <= longest.source) {
    wellFormed(field, text);
    return text;
  }
  throw new Refused(400, `${field}: expected a text of 1 to ${longest.source} characters or a number`, field);
}

/** On every entry of a memory, beside the tags of its search. */
export const ofAllMemories = 'fourfold:memories';

const search = {
  query: Type.String({ minLength: 1, maxLength: 65_536 }),
  tags: Type.Array(Type.String({ maxLength: longest.tag }), { maxItems: 256 }),
  type: Type.Optional(name('Type of memory, for example `episodic`.')),
};

const lookup = Type.Object(
  {
    ...search,
    k: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Results wanted at most.' }),
    embedding: Type.Optional(Type.Boolean({ description: 'On a miss, gives the vector of the query.' })),
    ...asking,
  },
  strict,
);

const found = Type.Object(
  {
    ...search,
    results: Type.Array(Type.Object({ id }), { maxItems: 10_000 }),
    k: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'Results that were searched for.' }),
    ),
    ...keeping,
  },
  strict,
);

/** What an entry of a memory holds. */
interface Kept {
  readonly results: readonly object[];
  /** Results that were searched for; absent where the caller did not say: then those are all that there are. */
  readonly k?: number;
}

/** `/cache/memories`: what searches found, within the same set of tags. Every entry knows the ids in its results. */
export function memoriesApi(parts: AgentsApiParts): FastifyPluginAsync {
  const { answering, results, settings, steady, partitionOf } = parts;
  const wantedOf = (
    { query, tags, type }: Static<typeof lookup> | Static<typeof found>,
    partition: string,
    since: number,
  ): Wanted => {
    wellFormed('query', query);
    wellFormed('type', type);
    tags.forEach((tag, at) => {
      wellFormed(`tags.${at}`, tag);
    });
    const identity = memoryIdentity({ query, tags, type, partition });
    return { kind: 'memories', identity, text: query, threshold: resultThreshold(settings()), since };
  };

  return async (api: FastifyInstance) => {
    api.post<{ Body: Static<typeof lookup> }>(
      '/lookup',
      { schema: { body: lookup } },
      async (request, reply) => {
        const { query, k, embedding = false, user } = request.body;
        const wanted = wantedOf(request.body, partitionOf(request, user), steady());
        const found = answering.look(
          { ...wanted, wants: k },
          request.body,
          reply,
          async ({ entry, phase, similarity }) => {
            const kept = bodyOf<Kept>(entry);
            // Fewer were searched for than are wanted now: there may be more.
            if (kept.k !== undefined && kept.k < k) return undefined;
            const results = kept.results.slice(0, k);
            return { cached: true, results, phase, similarity, ...(await answering.about(entry)) };
          },
        );
        const withVector = async () => {
          const answer = await found;
          const vector = answer.hit || !embedding ? undefined : await results.vectorOf(query);
          return vector === undefined ? answer : { ...answer, embedding: [...vector] };
        };
        return await audible(reply, withVector());
      },
    );

    api.put<{ Body: Static<typeof found> }>('/', { schema: { body: found } }, async (request, reply) => {
      const { results: given, k, type = '', ttl, lease, since = steady(), user } = request.body;
      const tags = [...new Set(request.body.tags), ofAllMemories];
      shallow('results', given);
      const wanted = wantedOf(request.body, partitionOf(request, user), since);
      answering.check(lease, wanted);
      const { memories } = settings();
      const ttlSeconds = secondsOf('ttl', ttl) ?? memories.types.get(type) ?? memories.ttlSeconds;
      const body: Kept = { results: given, ...(k === undefined ? {} : { k }) };
      const sources = [...new Set(given.map((each, at) => idText(each.id, `results.${at}.id`)))];
      const kept = await results.keep(wanted, { body, ttlSeconds, tags, sources });
      return answering.taken(kept, wanted, { lease, result: given, failed: false }, reply);
    });
  };
}
