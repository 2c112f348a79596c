import type { Settings, ToolPolicy } from '../../crds/settings.ts';
import { toolIdentity } from './identity.ts';
import { splitInput } from './input.ts';
import type { Wanted } from './results.ts';
import { resultThreshold } from './threshold.ts';

/** One call of a tool, as far as it decides what may be reused. */
export interface ToolCall {
  readonly tool: string;
  readonly input: unknown;
  readonly partition: string;
  /** Asked for by the caller; only a stricter one counts unless `allowLowerThreshold`. */
  readonly threshold?: number | undefined;
  /** False: by the exact input only, whatever the policy says. */
  readonly semantic?: boolean | undefined;
  /** As in `Wanted`. */
  readonly since: number;
}

/** @throws as `toolIdentity`. */
export function wantedOf(call: ToolCall, settings: Settings): Wanted {
  const policy = settings.tools.policies.get(call.tool);
  const semantic = (call.semantic ?? true) && (policy?.semantic ?? settings.tools.semantic);
  const split = semantic ? splitInput(call.input, policy?.text) : { fixed: call.input, text: undefined };
  return {
    kind: 'tools',
    identity: toolIdentity({ tool: call.tool, input: split, partition: call.partition }),
    text: split.text,
    threshold: thresholdOf(policy, settings, call.threshold),
    since: call.since,
  };
}

export interface ToolRules {
  readonly readOnly: boolean;
  readonly storeFailures: boolean;
  readonly ttlSeconds: number;
}

/** To ask the cache for a tool is to say that it may be asked; a policy can say otherwise. */
export function rulesOf(tool: string, { tools }: Settings): ToolRules {
  const policy = tools.policies.get(tool);
  return {
    readOnly: policy?.readOnly ?? true,
    storeFailures: policy?.storeFailures ?? tools.storeFailures,
    ttlSeconds: policy?.ttlSeconds ?? tools.ttlSeconds,
  };
}

function thresholdOf(policy: ToolPolicy | undefined, settings: Settings, asked = 0): number {
  const configured = policy?.threshold ?? resultThreshold(settings);
  return settings.allowLowerThreshold && asked > 0 ? asked : Math.max(configured, asked);
}
