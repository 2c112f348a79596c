import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import Type, { type Static } from 'typebox';
import { Refused } from '../admin/refused.ts';
import type { Store } from '../stores/store.ts';
import type { Blocked } from './blocked.ts';

export interface BlocksApiParts {
  readonly blocked: Blocked;
  readonly store: Pick<Store, 'unblock'>;
}

/** Which of the blocked pairs; all given conditions hold together. */
const selection = Type.Object(
  {
    partition: Type.Optional(
      Type.String({ pattern: '^[\\w-]{11}$', description: 'As `GET /cache/blocks` names it.' }),
    ),
    pair: Type.Optional(
      Type.String({ pattern: '^([\\w-]{11}\\.)?[\\w-]{22}$', description: 'As an export names it.' }),
    ),
    all: Type.Optional(Type.Enum(['true', 'false'], { description: 'Every pair.' })),
  },
  { additionalProperties: false },
);

/** `/cache/blocks`, on the port for the cluster: who has how many blocked pairs, and removing them. */
export function blocksApi({ blocked, store }: BlocksApiParts): FastifyPluginAsync {
  return async (api: FastifyInstance) => {
    api.get('/blocks', async () => ({
      blocks: blocked.size,
      partitions: [...blocked.partitions]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, mostListed)
        .map(([partition, pairs]) => ({ partition, pairs })),
    }));

    api.delete<{ Querystring: Static<typeof selection> }>(
      '/blocks',
      { schema: { querystring: selection } },
      async ({ query: { all, ...chosen } }) => {
        if (all !== 'true' && Object.keys(chosen).length === 0)
          throw new Refused(
            400,
            'querystring: expected one of partition, pair, all=true, found none',
            'querystring',
          );
        return { removed: await store.unblock(blocked.chosen(chosen)) };
      },
    );
  };
}

const mostListed = 100;
