import { describe, expect, it } from 'vitest';
import { desired, type Manifest } from '../../../../cdk8s/cache/index.ts';
import { toYaml } from '../../../../cdk8s/yaml.ts';
import { facts, factsWithoutPasswords, semanticCache } from '../../../support/caches/index.ts';
import { cases } from './cases.ts';

/** What each resource of `cases.ts` owns. `npx vitest run --project unit -u goldens` writes the files anew. */
describe.each(Object.entries(cases))('%s', (name, { spec, name: cacheName, facts: found, noPasswords }) => {
  const common = noPasswords ? factsWithoutPasswords : facts;
  const objects = () => desired(semanticCache(spec, cacheName), { ...common, ...found });

  it('is as its golden says', async () => {
    const shown = objects().map((each) => ({ ...each, ...readable(each) }));
    await expect(toYaml(...shown)).toMatchFileSnapshot(`goldens/${name}.yaml`);
  });

  it('is the same bytes each time', () => {
    expect(JSON.stringify(objects())).toBe(JSON.stringify(objects()));
  });
});

/**
 * Secrets decoded. The scripts stand in cdk8s/cache/scripts, and are tried in test/redis; here they would hide the rest.
 */
function readable({ kind, data }: Manifest): object {
  if (kind !== 'Secret' && kind !== 'ConfigMap') return {};
  const shown = Object.entries(data as Record<string, string>).map(([key, text]) => [
    key,
    kind === 'Secret' ? Buffer.from(text, 'base64').toString() : shortened(key, text),
  ]);
  return { data: Object.fromEntries(shown) };
}

const shortened = (key: string, text: string): string => (key.endsWith('.sh') ? '(a script)' : text);
