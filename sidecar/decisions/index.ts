import type { DecisionLogSettings } from '../../crds/settings.ts';
import type { Log } from '../telemetry/log.ts';
import { type DecisionCounts, DecisionLog } from './log.ts';
import { workerUrl } from './worker-url.ts';

/** Undefined where no folder is named: then nothing is written, and nothing is loaded. */
export function openDecisionLog(
  { folder, maxBytes, rotateSeconds, maxFiles }: DecisionLogSettings,
  counts: DecisionCounts,
  log: Log,
): DecisionLog | undefined {
  if (folder === undefined) return undefined;
  return new DecisionLog({
    folder,
    maxBytes,
    rotateMs: rotateSeconds * 1000,
    maxFiles,
    counts,
    worker: workerUrl,
    warn: (details, message) => log.warn(details, message),
  });
}
