import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import jsonPatch from 'fast-json-patch';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { SemanticCache, SemanticCacheSpec } from '../../../../crds/semantic-cache.ts';
import { type Decision, decide } from '../../../../operator/webhook/decide.ts';
import { inject, skipped } from '../../../../operator/webhook/inject.ts';
import { planOf } from '../../../../operator/webhook/plan.ts';
import type { Pod } from '../../../../operator/webhook/pod.ts';

/**
 * One file for each pod: what is given, what is decided, and the pod that comes of it. After a change
 * `vitest --update --project unit test/unit/operator/webhook/golden.test.ts` writes the last two anew; read the diff.
 */
interface Given {
  readonly pod: Pod;
  /** Labels of its namespace. */
  readonly namespace?: Readonly<Record<string, string>>;
  /** Name → spec; where nothing is said one, `support`, with every default. */
  readonly caches?: Readonly<Record<string, SemanticCacheSpec>>;
  /** A cluster before Kubernetes 1.29. */
  readonly old?: boolean;
}

const folder = fileURLToPath(new URL('./golden/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

it('are many', () => expect(files.length).toBeGreaterThanOrEqual(40));

it.each(files)('%s', async (file) => {
  const text = readFileSync(`${folder}${file}`, 'utf8');
  const given = (parse(text) as { given: Given }).given;
  const before = structuredClone(given.pod);
  const { decision, patch } = admit(given);
  const after = jsonPatch.applyPatch(structuredClone(given.pod), structuredClone([...patch])).newDocument;
  expect(given.pod).toEqual(before);
  if (decision.kind === 'inject') expect(admit({ ...given, pod: after }).patch).toEqual([]);

  const head = text.slice(0, (/^decided:/m.exec(text) ?? { index: text.length }).index);
  const changed = patch.length === 0 ? {} : { pod: after };
  const result = stringify(
    { decided: said(decision), ...changed },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
  await expect(`${head}${result}`).toMatchFileSnapshot(`${folder}${file}`);
});

function admit({ pod, namespace = {}, caches = { support: {} }, old = false }: Given) {
  const native = !old;
  const decision = decide({ pod, namespaceLabels: namespace, caches: Object.keys(caches), native });
  if (decision.kind === 'skip') return { decision, patch: skipped(pod, decision.reason) };
  if (decision.kind !== 'inject') return { decision, patch: [] };
  const cache: SemanticCache = {
    apiVersion: 'fourfold.dev/v1alpha1',
    kind: 'SemanticCache',
    metadata: { name: decision.cache, namespace: 'shop' },
    spec: caches[decision.cache] ?? {},
  };
  const { patch } = inject(pod, planOf(decision, cache, { image: 'fourfold/sidecar:test', native }));
  return { decision, patch };
}

function said(decision: Decision): string {
  if (decision.kind === 'skip') return `skip: ${decision.reason}`;
  if (decision.kind === 'refuse') return `refuse: ${decision.message}`;
  return decision.kind === 'inject' ? `inject: ${decision.cache}` : 'none';
}
