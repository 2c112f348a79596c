import { group, kind, plural, version } from './names.ts';
import { structural } from './openapi.ts';
import { semanticCacheSpec, semanticCacheStatus } from './semantic-cache.ts';

const column = (name: string, type: string, jsonPath: string, description: string, priority = 0) => ({
  name,
  type,
  jsonPath,
  description,
  ...(priority === 0 ? {} : { priority }),
});

const ofCondition = (type: string, field: string) => `.status.conditions[?(@.type=="${type}")].${field}`;

/** What `kubectl get scache` prints; those with a priority only under `-o wide`. */
const columns = [
  column('Ready', 'string', ofCondition('Ready', 'status'), 'Whether the cache answers as declared.'),
  column('Threshold', 'number', '.spec.threshold', 'Cosine similarity from which phase 4 hits.'),
  column('TTL', 'string', '.spec.ttl', 'How long an answer is kept.'),
  column('Model', 'string', '.spec.model', 'Embedding model.'),
  column('Replicas', 'integer', '.spec.replicas', 'Redis pods.'),
  column('Injected', 'integer', '.status.injectedPods', 'Running pods with the sidecar.'),
  column('Age', 'date', '.metadata.creationTimestamp', 'Since the resource was made.'),
  column('Mode', 'string', '.spec.mode', 'serve, shadow or off.', 1),
  column('Entries', 'integer', '.status.entries', 'Answers in the cache.', 1),
  column('Hit Ratio', 'number', '.status.hitRatio', 'Hits among hits and misses.', 1),
  column('Primary', 'string', '.status.primary', 'The pod that is primary.', 1),
  column('Reason', 'string', ofCondition('Ready', 'reason'), 'Why it is ready or not.', 1),
];

/** The CustomResourceDefinition, as it goes to the API server. */
export const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: {
      kind,
      listKind: `${kind}List`,
      plural,
      singular: kind.toLowerCase(),
      shortNames: ['scache'],
      categories: ['all'],
    },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        additionalPrinterColumns: columns,
        selectableFields: [{ jsonPath: '.spec.model' }],
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        schema: {
          openAPIV3Schema: {
            description:
              'A semantic cache for LLM calls: one Redis Stack, shared by the sidecars of the pods that name it.',
            type: 'object',
            properties: {
              apiVersion: { type: 'string', description: 'Version of this schema.' },
              kind: { type: 'string', description: 'SemanticCache.' },
              metadata: { type: 'object' },
              spec: structural(semanticCacheSpec),
              status: structural(semanticCacheStatus),
            },
          },
        },
      },
    ],
  },
};
