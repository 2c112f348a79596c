import Type, { type Static, type StaticDecode, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { check } from '../crds/check.ts';
import { type Environment, isServiceLink } from '../crds/environment.ts';
import { duration, group, host } from '../crds/fields.ts';
import { images } from '../crds/images.ts';
import type { Node } from '../crds/node.ts';
import { table } from '../crds/reference.ts';

/** What only the operator is told, by environment variables alone: field → variable is `operatorVariables`. */
const operatorConfiguration = group('The operator.', {
  namespace: Type.String({
    description: 'Where the operator runs, and its Lease is; by default the namespace of its credentials.',
    default: '',
    range: 'name',
  }),
  watchNamespaces: Type.Array(Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' }), {
    description: 'The namespaces that it serves; none named: all of them.',
    default: [],
    range: 'names, comma separated',
  }),
  workers: Type.Integer({
    description: 'SemanticCaches that are reconciled at the same time.',
    default: 4,
    minimum: 1,
    maximum: 64,
  }),
  host: host({ description: 'Address of the port for probes and metrics.', default: '0.0.0.0' }),
  port: Type.Integer({
    description: 'Port for probes and metrics; 0 takes a free one.',
    default: 4116,
    minimum: 0,
    maximum: 65535,
  }),
  logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    description: 'The least important log line that is written.',
    default: 'info',
  }),
  redisImage: Type.String({
    description: 'Image of Redis Stack, where a SemanticCache names none.',
    default: images.redis,
    minLength: 1,
    range: 'image',
  }),
  sidecarImage: Type.String({
    description: 'Image of the sidecar, where a SemanticCache names none.',
    default: images.sidecar,
    minLength: 1,
    range: 'image',
  }),
  injector: Type.Enum(['off', 'webhook', 'policy'], {
    description:
      'How pods get their sidecar: `webhook` serves admissions; `policy` writes what the installed admission policies read; `off` leaves it to `fourfold inject`.',
    default: 'off',
  }),
  webhookPort: Type.Integer({
    description: 'Port for admissions, over HTTPS; 0 takes a free one.',
    default: 4117,
    minimum: 0,
    maximum: 65535,
  }),
  webhookService: Type.String({
    description: 'Service of the webhook in the namespace of the operator: the name in its certificate.',
    default: 'fourfold-webhook',
    minLength: 1,
    range: 'name',
  }),
  webhookConfiguration: Type.String({
    description: 'The MutatingWebhookConfiguration whose `caBundle` the operator writes.',
    default: 'fourfold',
    minLength: 1,
    range: 'name',
  }),
  webhookSecret: Type.String({
    description: "Secret of the operator's own certificate authorities.",
    default: 'fourfold-webhook-authorities',
    minLength: 1,
    range: 'name',
  }),
  webhookCertificates: Type.String({
    description:
      'Folder with `tls.crt` and `tls.key`, such as a mounted Secret of cert-manager; then the operator makes none of its own and writes no `caBundle`.',
    default: '',
    range: 'path',
  }),
  leaseName: Type.String({
    description: 'Name of the Lease by which replicas agree who leads.',
    default: 'fourfold-operator',
    minLength: 1,
    range: 'name',
  }),
  lease: duration({
    description: 'How long the others wait after the last renewal of the leader that they saw.',
    default: '15s',
    from: '1s',
    to: '5m',
  }),
  resync: duration({
    description: 'How often every SemanticCache is looked at though nothing has changed.',
    default: '10m',
    from: '10s',
    to: '24h',
  }),
  silence: duration({
    description:
      '`/livez` fails when a watch has been silent for so long while the API server answers others.',
    default: '5m',
    // A quiet watch has a bookmark about once a minute.
    from: '2m',
    to: '1h',
  }),
});

export const operatorVariables: Readonly<Record<keyof typeof operatorConfiguration.properties, string>> = {
  namespace: 'FOURFOLD_OPERATOR_NAMESPACE',
  watchNamespaces: 'FOURFOLD_OPERATOR_WATCH_NAMESPACES',
  workers: 'FOURFOLD_OPERATOR_WORKERS',
  host: 'FOURFOLD_OPERATOR_HOST',
  port: 'FOURFOLD_OPERATOR_PORT',
  logLevel: 'FOURFOLD_OPERATOR_LOG_LEVEL',
  redisImage: 'FOURFOLD_OPERATOR_REDIS_IMAGE',
  sidecarImage: 'FOURFOLD_OPERATOR_SIDECAR_IMAGE',
  injector: 'FOURFOLD_OPERATOR_INJECTOR',
  webhookPort: 'FOURFOLD_OPERATOR_WEBHOOK_PORT',
  webhookService: 'FOURFOLD_OPERATOR_WEBHOOK_SERVICE',
  webhookConfiguration: 'FOURFOLD_OPERATOR_WEBHOOK_CONFIGURATION',
  webhookSecret: 'FOURFOLD_OPERATOR_WEBHOOK_SECRET',
  webhookCertificates: 'FOURFOLD_OPERATOR_WEBHOOK_CERTIFICATES',
  leaseName: 'FOURFOLD_OPERATOR_LEASE_NAME',
  lease: 'FOURFOLD_OPERATOR_LEASE',
  resync: 'FOURFOLD_OPERATOR_RESYNC',
  silence: 'FOURFOLD_OPERATOR_SILENCE',
};

type Decoded = Required<StaticDecode<typeof operatorConfiguration>>;

/** After defaults; durations are milliseconds. */
export type OperatorSettings = Omit<Decoded, 'lease' | 'resync' | 'silence'> & {
  readonly leaseMs: number;
  readonly resyncMs: number;
  readonly silenceMs: number;
};

/** Settings that cannot be used; one line for each fault. */
export class SettingsError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

/** @throws SettingsError with every fault */
export function readSettings(env: Environment): OperatorSettings {
  const schema = operatorConfiguration as Node;
  const given: Record<string, unknown> = {};
  const faults: string[] = [];
  const fieldOf = new Map(Object.entries(operatorVariables).map(([field, name]) => [name, field]));
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || text === undefined || isServiceLink(name, text)) continue;
    const field = fieldOf.get(name);
    if (field === undefined) faults.push(`${name}: unknown environment variable, see docs/reference.md`);
    else given[field] = fromText(text, schema.properties?.[field]);
  }
  faults.push(...check(schema, given, ([field = '']) => operatorVariables[field as keyof Decoded] ?? field));
  if (faults.length > 0) throw new SettingsError(faults);
  const written: Static<typeof operatorConfiguration> = given;
  const { lease, resync, silence, ...same } = Value.Decode(
    operatorConfiguration as TSchema,
    Value.Default(operatorConfiguration, written),
  ) as Decoded;
  return { ...same, leaseMs: lease * 1000, resyncMs: resync * 1000, silenceMs: silence * 1000 };
}

const prefix = 'FOURFOLD_OPERATOR_';

function fromText(text: string, node: Node | undefined): unknown {
  if (node?.type === 'integer') return /^\d+$/.test(text) ? Number(text) : text;
  if (node?.type === 'array') return text === '' ? [] : text.split(',').map((item) => item.trim());
  return text;
}

/** For docs/reference.md. */
export function operatorVariablesTable(): string {
  const rows = Object.entries(operatorVariables).map(([field, name]) => {
    const node = (operatorConfiguration as Node).properties?.[field];
    const { default: value, description = '' } = node ?? {};
    const shown = Array.isArray(value) ? value.join(',') : String(value ?? '');
    return [`\`${name}\``, shown === '' ? 'none' : `\`${shown}\``, description];
  });
  return table(['variable', 'default', 'meaning'], rows);
}
