import { readFileSync } from 'node:fs';

const folder = new URL(
  '../../docs/examples/argocd/resource_customizations/fourfold.dev/SemanticCache/',
  import.meta.url,
);
const script = (path: string): string => readFileSync(new URL(path, folder), 'utf8');

/** The buttons, in the order in which Argo CD shows them. */
export const actions = ['pause', 'resume', 'restart', 'purge'] as const;

/**
 * What is merged into Argo CD's ConfigMap `argocd-cm`, from the scripts in its own layout. Applications have no health of
 * their own there since Argo CD 1.8, and waves of an app of apps need one.
 */
export function argocdConfigMap(toYaml: (value: unknown) => string): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'argocd-cm',
      namespace: 'argocd',
      labels: { 'app.kubernetes.io/name': 'argocd-cm', 'app.kubernetes.io/part-of': 'argocd' },
    },
    data: {
      'resource.customizations.health.fourfold.dev_SemanticCache': script('health.lua'),
      'resource.customizations.actions.fourfold.dev_SemanticCache': toYaml({
        'discovery.lua': script('actions/discovery.lua'),
        definitions: actions.map((name) => ({ name, 'action.lua': script(`actions/${name}/action.lua`) })),
      }),
      'resource.customizations.health.argoproj.io_Application': applicationHealth,
    },
  };
}

const applicationHealth = `local hs = { status = "Progressing", message = "" }
if obj.status ~= nil and obj.status.health ~= nil then
  hs.status = obj.status.health.status
  if obj.status.health.message ~= nil then
    hs.message = obj.status.health.message
  end
end
return hs
`;
