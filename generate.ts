import { readFile, writeFile } from 'node:fs/promises';
import { argocdConfigMap } from './cdk8s/install/argocd.ts';
import { install, usualInstallation } from './cdk8s/install/index.ts';
import { alerts, ruleGroups } from './cdk8s/monitoring/alerts.ts';
import { dashboard } from './cdk8s/monitoring/dashboard.ts';
import { toYaml } from './cdk8s/yaml.ts';
import { conditions } from './crds/conditions.ts';
import { definition } from './crds/definition.ts';
import { configurationTable, semanticCacheTable, table, variablesTable } from './crds/reference.ts';
import { Metrics as OperatorMetrics } from './operator/metrics.ts';
import {
  forCertificates,
  forInjection,
  inOwnNamespace,
  inWatchedNamespaces,
} from './operator/permissions.ts';
import { policies } from './operator/policy/policies.ts';
import { operatorVariablesTable } from './operator/settings.ts';
import { webhookConfiguration } from './operator/webhook/configuration.ts';
import { skipReasons as injectionSkips } from './operator/webhook/reasons.ts';
import { ResultTally } from './sidecar/agents/tally.ts';
import { guards } from './sidecar/lookup/guards/index.ts';
import * as reasons from './sidecar/reasons.ts';
import { KindTally } from './sidecar/stores/kind-tally.ts';
import { Metrics } from './sidecar/telemetry/metrics.ts';
import { Statistics } from './sidecar/telemetry/statistics.ts';

/**
 * `npm run generate`: writes what follows from the code into the pages that show it; with `--check` only tells whether
 * that would change anything. A page marks a generated part by `<!-- generated: name -->` … `<!-- /generated -->`;
 * some files are generated whole.
 */
type Parts = Record<string, () => string | Promise<string>>;

const pages: Record<string, Parts> = {
  'docs/reference.md': {
    configuration: configurationTable,
    variables: variablesTable,
    'semantic-cache': semanticCacheTable,
    reasons: reasonTables,
    metrics: metricsTable,
    conditions: conditionTables,
    'injection-skips': injectionSkipsTable,
    'operator-variables': operatorVariablesTable,
    'operator-metrics': operatorMetricsTable,
    alerts: alertsTable,
  },
};

const files: Record<string, () => string> = {
  'crds/fourfold.dev_semanticcaches.yaml': () =>
    `# Written by npm run generate from crds/semantic-cache.ts; never edited.\n${toYaml(definition)}`,
  'charts/fourfold/files/semanticcaches.yaml': () => toYaml(definition),
  'charts/fourfold/files/caches-rules.yaml': () => toYaml(inWatchedNamespaces),
  'charts/fourfold/files/own-rules.yaml': () => toYaml(inOwnNamespace('LEASE')),
  'charts/fourfold/files/injection-rules.yaml': () => toYaml(forInjection('CONFIGURATION')),
  'charts/fourfold/files/certificates-rules.yaml': () => toYaml(forCertificates('SECRET')),
  'charts/fourfold/files/webhooks.yaml': () =>
    toYaml(
      webhookConfiguration({
        namespace: 'NAMESPACE',
        service: 'SERVICE',
        name: 'CONFIGURATION',
        failurePolicy: 'Ignore',
      }).webhooks,
    ),
  'charts/fourfold/files/policies.yaml': () =>
    toYaml(
      // What two of them share is written out twice, for whoever reads the file.
      JSON.parse(
        JSON.stringify(
          policies({
            name: 'POLICY-NAME',
            namespace: 'OPERATOR-NAMESPACE',
            // The chart leaves out of it what only this asks for.
            failurePolicy: 'Fail',
            version: 'v1beta1',
          }),
        ),
      ),
    ),
  'charts/fourfold/files/alerts.yaml': () => toYaml(ruleGroups),
  'charts/fourfold/files/dashboard.json': () => `${JSON.stringify(dashboard(), undefined, 2)}\n`,
  'docs/examples/argocd/argocd-cm.yaml': () =>
    `# Written by npm run generate from resource_customizations/; never edited. To be merged into the one that is there.\n${toYaml(argocdConfigMap(toYaml))}`,
  'charts/install.yaml': () =>
    `# Written by npm run generate from cdk8s/install; never edited. kubectl apply --server-side -f charts/install.yaml\n${toYaml(...install(usualInstallation))}`,
};

/** Every group of `sidecar/reasons.ts`, under the question that it answers. */
const questions: Record<keyof typeof reasons, string> = {
  bypassReasons: 'Why a request went to the provider without asking the cache',
  exactOnlyReasons: 'Why a request was looked up by its exact bytes only',
  unstoredReasons: 'Why an answer was not stored',
  unkeptReasons: 'Why the result of a tool or of a search was not kept',
  refusalReasons: 'Why the best candidate of a loose phase was refused',
  staleReasons: 'Why an answer past its end was served',
  skipReasons: 'Why a phase could not look',
};

function reasonTables(): string {
  const byGuards = Object.fromEntries(guards.map(({ reason, description }) => [reason, description]));
  const groups: Record<string, Record<string, string>> = { ...reasons };
  return Object.entries(questions)
    .map(([group, question]) => {
      const words = Object.entries({ ...groups[group], ...(group === 'refusalReasons' ? byGuards : {}) });
      const rows = words.map(([word, meaning]) => [`\`${word}\``, meaning]);
      return `### ${question}\n\n${table(['word', 'meaning'], rows)}`;
    })
    .join('\n\n');
}

function conditionTables(): string {
  return Object.entries(conditions)
    .map(([type, { description, reasons }]) => {
      const rows = Object.entries(reasons).map(([reason, meaning]) => [`\`${reason}\``, meaning]);
      return `### Condition ${type}\n\n${description}\n\n${table(['reason', 'meaning'], rows)}`;
    })
    .join('\n\n');
}

function injectionSkipsTable(): string {
  const rows = Object.entries(injectionSkips).map(([word, meaning]) => [`\`${word}\``, meaning]);
  return table(['word', 'meaning'], rows);
}

async function operatorMetricsTable(): Promise<string> {
  const readings = { leads: false, depth: 0, activeWorkers: 0, workers: 0, caches: 0, quietSeconds: 0 };
  return describedIn(await new OperatorMetrics(() => readings).text(), '(?!process_|nodejs_)\\w+');
}

function alertsTable(): string {
  const rows = alerts.map(({ name, severity, for: holds, summary, description }) => {
    const plain = summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '`$1`');
    return [`\`${name}\``, severity, holds, `${plain} ${description}`];
  });
  return table(['alert', 'severity', 'after', 'meaning, and what to do'], rows);
}

/** Read from the exposition itself, so that the page lists what a scrape gives. */
async function metricsTable(): Promise<string> {
  const nothing = { entries: 0, shelved: 0, storeBytes: 0, evictions: 0, expirations: 0, invalidations: 0 };
  const metrics = new Metrics(new Statistics(0), () => ({
    ...nothing,
    results: new ResultTally().counts,
    kinds: new KindTally().byKind(),
    embedderReady: false,
    embeddingQueue: 0,
  }));
  return describedIn(await metrics.text(), 'fourfold_\\w+');
}

function describedIn(exposition: string, names: string): string {
  const described = exposition.matchAll(new RegExp(`^# HELP (${names}) (.+)\n# TYPE \\1 (\\w+)$`, 'gm'));
  const rows = [...described].map(([, name, help = '', type = '']) => [`\`${name}\``, type, help]);
  return table(['metric', 'type', 'meaning'], rows);
}

/** @throws Error for a part that nobody generates, and for one that the page does not show. */
export async function generated(page: string, parts: Parts): Promise<string> {
  const texts = new Map<string, string>();
  for (const [name, text] of Object.entries(parts)) texts.set(name, await text());
  const shown = new Set<string>();
  const marked = /(<!-- generated: ([\w-]+) -->)[\s\S]*?(<!-- \/generated -->)/g;
  const result = page.replace(marked, (_, begin: string, name: string, end: string) => {
    if (!texts.has(name)) throw new Error(`nobody generates "${name}"`);
    shown.add(name);
    return `${begin}\n\n${texts.get(name)}\n\n${end}`;
  });
  const missing = [...texts.keys()].filter((name) => !shown.has(name));
  if (missing.length > 0) throw new Error(`the page has no place for ${missing.join(', ')}`);
  return result;
}

async function main(check: boolean): Promise<void> {
  for (const [path, parts] of Object.entries(pages)) {
    const before = await readFile(new URL(path, import.meta.url), 'utf8');
    await settle(path, before, await generated(before, parts), check);
  }
  for (const [path, text] of Object.entries(files)) {
    const before = await readFile(new URL(path, import.meta.url), 'utf8').catch(() => '');
    await settle(path, before, text(), check);
  }
}

async function settle(path: string, before: string, after: string, check: boolean): Promise<void> {
  if (after === before) return;
  if (check) {
    process.stderr.write(`${path}: not what the code says; run npm run generate\n`);
    process.exitCode = 1;
  } else {
    await writeFile(new URL(path, import.meta.url), after);
    process.stdout.write(`${path}\n`);
  }
}

if (import.meta.main) await main(process.argv.includes('--check'));
