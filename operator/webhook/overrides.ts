import { environment } from '../../crds/environment.ts';
import { annotations } from '../../crds/names.ts';
import { parse } from '../../crds/parse.ts';
import { parseQuantity } from '../../crds/quantity.ts';

/** What a workload sets otherwise than its cache: variables of its sidecar. */
export interface Overrides {
  readonly env: Readonly<Record<string, string>>;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
}

/** Annotation → field of the configuration. */
const fields: Readonly<Record<string, string>> = {
  [annotations.threshold]: 'threshold',
  [annotations.ttl]: 'ttl',
  [annotations.mode]: 'mode',
  [annotations.logLevel]: 'logLevel',
};

/** Annotation → what of the container's resources. CPU is in cores, memory in bytes; both as Kubernetes writes them. */
const amounts: Readonly<Record<string, readonly ['requests' | 'limits', 'cpu' | 'memory']>> = {
  [annotations.cpuRequest]: ['requests', 'cpu'],
  [annotations.cpuLimit]: ['limits', 'cpu'],
  [annotations.memoryRequest]: ['requests', 'memory'],
  [annotations.memoryLimit]: ['limits', 'memory'],
};

/** Checked by the schema that the sidecar itself reads with, so that what is admitted also starts. */
export function overridesOf(
  written: Readonly<Record<string, string>>,
): { readonly values: Overrides } | { readonly fault: string } {
  const env: Record<string, string> = {};
  const resources: Record<'requests' | 'limits', Record<string, string>> = { requests: {}, limits: {} };
  for (const [annotation, field] of Object.entries(fields)) {
    const text = written[annotation];
    if (text === undefined) continue;
    const { faults } = parse({
      value: { [field]: field === 'threshold' ? numberOf(text) : text },
      place: () => annotation,
    });
    if (faults !== undefined) return { fault: faults.join('; ') };
    env[environment[field] as string] = text;
  }
  for (const [annotation, [kind, what]] of Object.entries(amounts)) {
    const text = written[annotation];
    if (text === undefined) continue;
    const valid = what === 'cpu' ? cpu.test(text) : parseQuantity(text) !== undefined;
    if (!valid) {
      const example = what === 'cpu' ? '100m or 0.5' : '256Mi or 1Gi';
      return { fault: `${annotation}: expected an amount such as ${example}, found ${JSON.stringify(text)}` };
    }
    resources[kind][what] = text;
  }
  return { values: { env, resources } };
}

/** A text that is no number stays one, for the check to name it. */
const numberOf = (text: string): number | string =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

const cpu = /^([0-9]+m|[0-9]+(\.[0-9]{1,3})?)$/;
