import { expect, it } from 'vitest';
import { parse } from '../../../../crds/parse.ts';
import type { Settings } from '../../../../crds/settings.ts';
import { resultThreshold } from '../../../../sidecar/agents/threshold.ts';
import { wantedOf } from '../../../../sidecar/agents/tools.ts';

const policies = [{ tool: 'lenient', threshold: 0.7 }];
const settingsOf = (value: object) =>
  parse({ value: { ...value, tools: { policies } }, place: () => '' }).settings as Settings;
const thresholds = (value: object) => {
  const settings = settingsOf(value);
  const ofTool = (tool: string) =>
    wantedOf({ tool, input: 'what', partition: 'p', since: 0 }, settings).threshold;
  return { memories: resultThreshold(settings), tool: ofTool('search'), named: ofTool('lenient') };
};

it.each([
  [{ threshold: 0.8 }, 0.8],
  [{ threshold: 0.8, maxErrorRate: '1%' }, 0.9],
  [{ threshold: 0.95, maxErrorRate: '1%' }, 0.95],
])('of results nothing is learned, so a floor under what is learned is not theirs: %j', (value, expected) => {
  expect(thresholds(value)).toEqual({ memories: expected, tool: expected, named: 0.7 });
});
