import { Yaml } from 'cdk8s';

/** One document for each value, in the YAML of `kubectl`: words such as `on` and `no` are quoted. */
export function toYaml(...values: readonly unknown[]): string {
  return Yaml.stringify(...values);
}
