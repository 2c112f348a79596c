/** Resources that the API server takes, and resources that it refuses, with its words for the person who wrote them. */

type Spec = Record<string, unknown>;

const duration = 'must be a duration from 1s to 8760h, such as 24h, 10m or 90s';
const ratio = 'must be greater than 0 and at most 1';
const httpUrl = 'must be an http or https URL without credentials, query or fragment';
const entrySize = 'must be a size from 1 to 64Mi, such as 512Ki, 1Mi or a number of bytes';
const external = { url: 'redis://cache.example:6379' };

const repository = {
  repository: `owner/name@${'a'.repeat(40)}`,
  sha256: [`${'0'.repeat(64)}  onnx/model.onnx`, `${'0'.repeat(64)}  tokenizer.json`],
};

export const good: readonly (readonly [string, Spec])[] = [
  ['nothing said', {}],
  ['the largest threshold', { threshold: 1 }],
  ['a small threshold', { threshold: 0.0001 }],
  ['a lifetime in words of Go', { ttl: '1h30m' }],
  ['a lifetime with a fraction', { ttl: '1.5h' }],
  ['a lifetime in whole seconds', { ttl: 3600 }],
  ['a lifetime in whole seconds, as a text', { ttl: '3600' }],
  ['the longest lifetime', { ttl: '8760h' }],
  ['a lifetime in milliseconds', { ttl: '2500ms' }],
  ['one pod', { replicas: 1 }],
  ['three pods', { replicas: 3 }],
  ['four pods', { replicas: 4 }],
  ['fifteen pods', { replicas: 15 }],
  ['shares in percent', { auditSampleRate: '2.5%', maxErrorRate: '1%', errorConfidence: '99.9%' }],
  ['shadow mode', { mode: 'shadow' }],
  ['mode off, which YAML 1.1 takes for a boolean', { mode: 'off' }],
  ['a size in bytes', { maxEntryBytes: 4096 }],
  ['a size with a suffix', { maxEntryBytes: '512Ki' }],
  ['a size with a fraction that is whole', { maxEntryBytes: '1.5Mi' }],
  ['partitions by user and header', { partitionBy: ['user', 'header:X-Org'] }],
  ['no partitions', { partitionBy: ['none'] }],
  ['an upstream', { upstreams: { openai: 'http://provider.models.svc:8080/v1' } }],
  ['an upstream of the sidecar', { sidecar: { upstreams: { anthropic: 'HTTPS://proxy/anthropic' } } }],
  ['phases switched off', { phases: { nearMiss: { enabled: false }, semantic: { enabled: false } } }],
  ['a storage class', { redis: { storage: { storageClassName: 'standard', size: '20Gi' } } }],
  ['empty resources', { redis: { resources: {} } }],
  [
    'resources',
    { redis: { resources: { limits: { cpu: 4, memory: '4Gi' }, requests: { cpu: '500m', memory: '2Gi' } } } },
  ],
  ['resources of the sentinel', { redis: { sentinel: { resources: { limits: { memory: '128Mi' } } } } }],
  ['an image with a digest', { redis: { image: `registry.example:5000/redis@sha256:${'0'.repeat(64)}` } }],
  ['no persistence', { redis: { persistence: 'none' } }],
  [
    'places for pods',
    {
      redis: {
        nodeSelector: { disk: 'ssd' },
        tolerations: [{ key: 'cache', operator: 'Exists', effect: 'NoSchedule' }],
        priorityClassName: 'high',
      },
    },
  ],
  [
    'further clients',
    {
      redis: {
        networkPolicy: { clients: [{ podLabels: { app: 'shell' }, namespaceLabels: { team: 'a' } }] },
      },
    },
  ],
  ['volumes kept', { deletionPolicy: 'Retain' }],
  ['an external Redis', { redis: { external } }],
  [
    'an external Redis with credentials',
    { redis: { external: { url: 'rediss://cache.example:6380/2', secretRef: { name: 'redis' } } } },
  ],
  ['external sentinels', { redis: { external: { url: 'redis+sentinel://a:26379,b:26379/0?master=main' } } }],
  [
    'external sentinels with TLS',
    { redis: { external: { url: 'rediss+sentinel://a,b?master=main&prefix=team:' } } },
  ],
  ['an external cluster', { redis: { external: { url: 'rediss+cluster://a:6379,b:6379' } } }],
  ['an external address of IPv6', { redis: { external: { url: 'redis://[fd00::1]:6379' } } }],
  [
    'a monitor',
    { sidecar: { podMonitor: { enabled: true, interval: '15s', labels: { release: 'prometheus' } } } },
  ],
  ['a decision log', { sidecar: { decisionLog: { size: '64Mi', logPrompts: true } } }],
  ['an embedding model of a repository', { customModel: { ...repository, dimension: 384 } }],
  ['a verifier of a repository', { verifier: { ...repository, score: 0.7 } }],
  ['policies of tools', { tools: { policies: [{ tool: 'search', ttl: '10m', threshold: 0.95 }] } }],
];

export const bad: readonly (readonly [string, Spec, string])[] = [
  ['threshold above one', { threshold: 1.5 }, `spec.threshold: Invalid value: "number": ${ratio}`],
  ['threshold zero', { threshold: 0 }, ratio],
  ['threshold below zero', { threshold: -0.1 }, ratio],
  ['threshold as a text', { threshold: '0.9' }, 'spec.threshold in body must be of type number'],
  [
    'overlap above one',
    { phases: { nearMiss: { overlap: 2 } } },
    `spec.phases.nearMiss.overlap: Invalid value: "number": ${ratio}`,
  ],
  ['lifetime in plain words', { ttl: '5 days' }, duration],
  ['lifetime in days', { ttl: '5d' }, duration],
  ['no lifetime', { ttl: '0s' }, duration],
  ['no lifetime in seconds', { ttl: 0 }, duration],
  ['lifetime below zero', { ttl: -5 }, duration],
  ['lifetime of more than a year', { ttl: '8761h' }, duration],
  ['lifetime beyond 64 bits', { ttl: '99999999999h' }, duration],
  ['lifetime of many pieces', { ttl: '999999h999999h999999h' }, duration],
  ['lifetime empty', { ttl: '' }, duration],
  ['lifetime a truth', { ttl: true }, 'must be of type integer,string'],
  ['deadline too long', { phases: { semantic: { deadline: '2m' } } }, 'must be a duration from 1ms to 1m'],
  ['timeout zero', { timeouts: { connect: '0s' } }, 'must be a duration from 1ms to 1h'],
  [
    'two pods',
    { replicas: 2 },
    '2 is refused: when one of two pods fails, the other is no majority and may not take over; use 1, or 3 and more',
  ],
  ['no pod', { replicas: 0 }, 'spec.replicas in body should be greater than or equal to 1'],
  ['too many pods', { replicas: 16 }, 'spec.replicas in body should be less than or equal to 15'],
  ['half a pod', { replicas: 1.5 }, 'spec.replicas in body must be of type integer'],
  ['unknown model', { model: 'gpt' }, 'spec.model: Unsupported value: "gpt"'],
  ['unknown mode', { mode: 'on' }, 'supported values: "serve", "shadow", "off"'],
  ['mode a truth, as YAML 1.1 reads off', { mode: false }, 'spec.mode in body must be of type string'],
  ['unknown conversation', { conversation: 'loose' }, 'supported values: "strict", "lastTurn"'],
  ['no entries', { maxEntries: 0 }, 'spec.maxEntries in body should be greater than or equal to 1'],
  [
    'too many entries',
    { maxEntries: 1e9 },
    'spec.maxEntries in body should be less than or equal to 100000000',
  ],
  ['size in a strange unit', { maxEntryBytes: '1MB' }, entrySize],
  ['size too large', { maxEntryBytes: '65Mi' }, entrySize],
  ['size not of whole bytes', { maxEntryBytes: '1.0001k' }, entrySize],
  ['a share without percent', { auditSampleRate: '0.05' }, 'must be a share from 0% to 100%, such as 5%'],
  ['an error rate of zero', { maxErrorRate: '0%' }, 'must be a share from 0.1% to 50%, such as 5%'],
  ['size zero', { maxEntryBytes: 0 }, entrySize],
  ['no partition key', { partitionBy: [] }, 'spec.partitionBy in body should have at least 1 items'],
  ['none beside others', { partitionBy: ['none', 'user'] }, 'none must stand alone'],
  ['one key twice', { partitionBy: ['user', 'user'] }, 'Duplicate value: "user"'],
  [
    'one header twice',
    { partitionBy: ['header:A', 'header:a'] },
    'must name every key once; header names do not differ by case',
  ],
  ['unknown key', { partitionBy: ['tenant'] }, 'must name credential, user, none or header:<name>'],
  [
    'a header that is none',
    { partitionBy: ['header:a b'] },
    'must name credential, user, none or header:<name>',
  ],
  [
    'too many keys',
    { partitionBy: Array.from({ length: 17 }, (_, at) => `header:h${at}`) },
    'must have at most 16 items',
  ],
  [
    'upstream without scheme',
    { upstreams: { openai: 'api.openai.com/v1' } },
    `spec.upstreams.openai: Invalid value: "string": ${httpUrl}`,
  ],
  ['upstream of another scheme', { upstreams: { openai: 'ftp://a' } }, httpUrl],
  ['upstream with credentials', { upstreams: { anthropic: 'https://u:p@host' } }, httpUrl],
  ['upstream with a query', { upstreams: { openai: 'https://a/v1?key=1' } }, httpUrl],
  [
    'upstream of the sidecar with a fragment',
    { sidecar: { upstreams: { openai: 'https://a/#x' } } },
    `spec.sidecar.upstreams.openai: Invalid value: "string": ${httpUrl}`,
  ],
  [
    'storage too small',
    { redis: { storage: { size: '1Mi' } } },
    'must be an amount of at least 64Mi, such as 8Gi',
  ],
  [
    'a decision log without room',
    { sidecar: { decisionLog: { size: '1Mi' } } },
    'must be an amount of at least 4Mi, such as 64Mi',
  ],
  [
    'an embedding model of a repository whose vectors have no length',
    { customModel: repository },
    'dimension must be the length of its vectors',
  ],
  [
    'a model of a branch',
    { verifier: { ...repository, repository: 'owner/name@main' } },
    'must be owner/name@ and a commit of 40 hexadecimal digits',
  ],
  [
    'a model of a repository without sums',
    { verifier: { repository: repository.repository } },
    'sha256 must have a line for an ONNX file and one for tokenizer.json',
  ],
  [
    'a model whose files lead out of their folder',
    { verifier: { ...repository, sha256: [...repository.sha256, `${'0'.repeat(64)}  ../more.json`] } },
    'must be a sum and a path inside the repository, as sha256sum prints them',
  ],
  [
    'a model in two places',
    { verifier: { ...repository, folder: '/models/judge' } },
    'takes folder or repository, not both',
  ],
  [
    'storage in a strange unit',
    { redis: { storage: { size: '8GB' } } },
    'must be an amount of at least 64Mi',
  ],
  [
    'memory too small',
    { redis: { resources: { limits: { memory: '64Mi' } } } },
    'must be an amount of at least 128Mi, such as 512Mi or 2Gi',
  ],
  [
    'request above the limit',
    { redis: { resources: { requests: { memory: '2Gi' } } } },
    'requests.memory must not be more than limits.memory',
  ],
  [
    'CPU above the limit',
    { sidecar: { resources: { requests: { cpu: 4 } } } },
    'requests.cpu must not be more than limits.cpu',
  ],
  [
    'CPU in words',
    { redis: { resources: { requests: { cpu: 'much' } } } },
    'must be an amount of at least 1m, such as 100m or 1',
  ],
  [
    'image with a space',
    { redis: { image: 'redis 7' } },
    'must be an image, such as redis/redis-stack-server:7.4.0-v3',
  ],
  ['image empty', { sidecar: { image: '' } }, 'spec.sidecar.image in body should be at least 1 chars long'],
  [
    'unknown pull policy',
    { redis: { imagePullPolicy: 'Sometimes' } },
    'supported values: "Always", "IfNotPresent", "Never"',
  ],
  ['unknown persistence', { redis: { persistence: 'disk' } }, 'supported values: "log", "snapshot", "none"'],
  ['unknown deletion policy', { deletionPolicy: 'Keep' }, 'supported values: "Delete", "Retain"'],
  [
    'external with storage',
    { redis: { external, storage: { size: '8Gi' } } },
    'spec.redis.storage: Forbidden: storage belongs to a Redis that the operator runs, and redis.external says that there is one already: remove one of the two',
  ],
  [
    'external with resources',
    { redis: { external, resources: {} } },
    'spec.redis.resources: Forbidden: resources belongs to',
  ],
  [
    'external with a sentinel',
    { redis: { external, sentinel: {} } },
    'spec.redis.sentinel: Forbidden: sentinel belongs to',
  ],
  [
    'external with an image',
    { redis: { external, image: 'redis' } },
    'spec.redis.image: Forbidden: image belongs to',
  ],
  [
    'external with replicas',
    { replicas: 3, redis: { external } },
    'spec.replicas: Invalid value: "object": replicas counts the pods of a Redis that the operator runs: leave it out beside redis.external',
  ],
  ['external without a place', { redis: { external: {} } }, 'spec.redis.external.url: Required value'],
  [
    'external with credentials',
    { redis: { external: { url: 'redis://user:secret@host:6379' } } },
    'must not hold credentials: put them into a Secret and name it in secretRef',
  ],
  [
    'external of another scheme',
    { redis: { external: { url: 'http://host' } } },
    'must begin with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS',
  ],
  ['external in memory', { redis: { external: { url: 'memory://' } } }, 'must begin with redis://'],
  [
    'external without a host',
    { redis: { external: { url: 'redis://' } } },
    'must be a URL such as redis://host:6379',
  ],
  [
    'external with a space',
    { redis: { external: { url: 'redis://a b' } } },
    'must be a URL such as redis://host:6379',
  ],
  [
    'sentinels without a name',
    { redis: { external: { url: 'redis+sentinel://a,b/0' } } },
    'must name the primary that the sentinels watch: ?master=name',
  ],
  [
    'a Secret without a name',
    { redis: { external: { ...external, secretRef: {} } } },
    'spec.redis.external.secretRef.name: Required value',
  ],
  [
    'one tool twice',
    { tools: { policies: [{ tool: 'a' }, { tool: 'a' }] } },
    'Duplicate value: {"tool":"a"}',
  ],
  ['lifetime of a tool', { tools: { policies: [{ tool: 'a', ttl: 'long' }] } }, duration],
  ['a mistyped field', { treshold: 0.9 }, 'unknown field "spec.treshold"'],
  [
    'a mistyped field further in',
    { redis: { storage: { sise: '8Gi' } } },
    'unknown field "spec.redis.storage.sise"',
  ],
];

/** Before, after, and what is said to it; nothing said is a change that is taken. */
export const changes: readonly (readonly [what: string, before: Spec, after: Spec, message?: string])[] = [
  [
    'storage shrinks',
    { redis: { storage: { size: '8Gi' } } },
    { redis: { storage: { size: '4Gi' } } },
    'spec.redis.storage.size: Invalid value: "object": storage.size cannot shrink: volumes only grow; a new SemanticCache can have smaller ones',
  ],
  [
    'storage shrinks below the default',
    {},
    { redis: { storage: { size: '4Gi' } } },
    'storage.size cannot shrink',
  ],
  [
    'storage shrinks in another unit',
    { redis: { storage: { size: '1Ti' } } },
    { redis: { storage: { size: '999Gi' } } },
    'storage.size cannot shrink',
  ],
  ['storage grows', { redis: { storage: { size: '8Gi' } } }, { redis: { storage: { size: '16Gi' } } }],
  [
    'storage stays in another unit',
    { redis: { storage: { size: '1Gi' } } },
    { redis: { storage: { size: '1024Mi' } } },
  ],
  [
    'storage class changes',
    { redis: { storage: { storageClassName: 'a' } } },
    { redis: { storage: { storageClassName: 'b' } } },
    'storage.storageClassName cannot be changed: the volumes exist; a new SemanticCache can have another class',
  ],
  [
    'storage class appears',
    {},
    { redis: { storage: { storageClassName: 'b' } } },
    'storage.storageClassName cannot be changed',
  ],
  ['scaled to two', { replicas: 3 }, { replicas: 2 }, '2 is refused'],
  ['scaled to one', { replicas: 3 }, { replicas: 1 }],
  ['moved out', {}, { redis: { external } }],
  ['moved in', { redis: { external } }, {}],
  ['threshold changes', { threshold: 0.9 }, { threshold: 0.95 }],
  ['volumes are to be kept', {}, { deletionPolicy: 'Retain' }],
];
