import { amount, amountPattern } from '../../crds/amount.ts';
import { check } from '../../crds/check.ts';
import { environment, fromText } from '../../crds/environment.ts';
import { annotations } from '../../crds/names.ts';
import { configurationNode, fields as nodes } from '../../crds/node.ts';

/** What a workload sets otherwise than its cache: variables of its sidecar. */
export interface Overrides {
  readonly env: Readonly<Record<string, string>>;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
}

/** Annotation → field of the configuration. */
export const fields: Readonly<Record<string, string>> = {
  [annotations.threshold]: 'threshold',
  [annotations.ttl]: 'ttl',
  [annotations.mode]: 'mode',
  [annotations.logLevel]: 'logLevel',
};

/** Annotation → what of the container's resources, and the least that the sidecar works with. */
export const amounts: Readonly<
  Record<string, readonly ['requests' | 'limits', 'cpu' | 'memory', least: string]>
> = {
  [annotations.cpuRequest]: ['requests', 'cpu', '1m'],
  [annotations.cpuLimit]: ['limits', 'cpu', '10m'],
  [annotations.memoryRequest]: ['requests', 'memory', '128Mi'],
  [annotations.memoryLimit]: ['limits', 'memory', '128Mi'],
};

/** Read and checked as the sidecar itself reads and checks its environment, so that what is admitted also starts. */
export function overridesOf(
  written: Readonly<Record<string, string>>,
): { readonly values: Overrides } | { readonly fault: string } {
  const env: Record<string, string> = {};
  const resources: Record<'requests' | 'limits', Record<string, string>> = { requests: {}, limits: {} };
  for (const [annotation, field] of Object.entries(fields)) {
    const text = written[annotation];
    if (text === undefined) continue;
    const value = { [field]: fromText(text, nodes.get(field)) };
    // Not `parse`: settings with every default cost milliseconds, and none of these fields can clash with another.
    const faults = check(configurationNode, value, () => annotation);
    if (faults.length > 0) return { fault: faults.join('; ') };
    env[environment[field] as string] = text;
  }
  for (const [annotation, [kind, what, least]] of Object.entries(amounts)) {
    const text = written[annotation];
    if (text === undefined) continue;
    if (!isAmount.test(text) || amount(text) < amount(least)) {
      const example = what === 'cpu' ? '500m or 2' : '512Mi or 2Gi';
      const expected = `an amount of at least ${least}, such as ${example}`;
      return { fault: `${annotation}: expected ${expected}, found ${JSON.stringify(text)}` };
    }
    resources[kind][what] = text;
  }
  for (const [request, limit, what] of pairs) {
    const [least, most] = [resources.requests[what], resources.limits[what]];
    if (least === undefined || most === undefined || amount(least) <= amount(most)) continue;
    return {
      fault: `${request}: expected at most what ${limit} says, found ${JSON.stringify(least)} and ${JSON.stringify(most)}`,
    };
  }
  return { values: { env, resources } };
}

const isAmount = new RegExp(amountPattern);

export const pairs = [
  [annotations.cpuRequest, annotations.cpuLimit, 'cpu'],
  [annotations.memoryRequest, annotations.memoryLimit, 'memory'],
] as const;
