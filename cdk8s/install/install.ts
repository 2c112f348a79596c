import type { Chart } from 'cdk8s';

/** What is installed once per cluster (or per set of namespaces), so that SemanticCaches can be declared in it. */
export interface Installation {
  /** Where the operator runs. */
  readonly namespace: string;
  /** Begins the names of what is installed. */
  readonly name: string;
  readonly images: { readonly operator: string; readonly sidecar: string; readonly redis: string };
  /** Of the operator; all of them serve, one leads. */
  readonly replicas: number;
  /** The namespaces that it serves; none named: all of them, by ClusterRoles. */
  readonly watchNamespaces: readonly string[];
  /** Names of what the webhook needs; without it and without `policy` pods are injected by `fourfold inject` only. */
  readonly injection?: {
    readonly service: string;
    readonly configuration: string;
    readonly secret: string;
    /** What becomes of pods that asked while the webhook is away. */
    readonly failurePolicy: 'Ignore' | 'Fail';
  };
  /** In the place of the webhook, admission policies of the API server itself. */
  readonly policy?: {
    readonly name: string;
    readonly failurePolicy: 'Ignore' | 'Fail';
    readonly version: 'v1beta1' | 'v1';
  };
}

/** Adds its objects to the chart. */
export type InstallObject = (chart: Chart, installation: Installation) => void;

/** By which the Service, the budget and the spread find the operator's pods. */
export const selector = ({ name }: Installation): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/component': 'operator',
});
