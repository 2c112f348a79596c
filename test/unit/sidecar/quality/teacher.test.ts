import { expect, it } from 'vitest';
import type { Gate } from '../../../../sidecar/quality/gate.ts';
import { decodeLabel } from '../../../../sidecar/quality/label.ts';
import { Teacher } from '../../../../sidecar/quality/teacher.ts';
import { entryOf } from '../stores/entries.ts';

it('a report is a label of its scope, and teaches once however often it is sent', async () => {
  const lines: string[] = [];
  let busy = true;
  const teacher = new Teacher({
    gate: {} as Gate,
    store: {
      learn: async (labels) => {
        lines.push(...labels);
      },
    },
    embedder: {
      embed: async () => (busy ? { skipped: 'embedder-busy' } : { vector: new Float32Array([0.6, 0.8]) }),
    },
    verify: () => {},
    clock: () => 0,
    failed: () => {},
  });
  const entry = { ...entryOf('e'), scope: 'a'.repeat(64), vector: new Float32Array([1, 0]) };
  await teacher.reported(entry, 'prompt', false);
  expect(lines).toEqual([]);
  busy = false;
  await Promise.all([teacher.reported(entry, 'prompt', false), teacher.reported(entry, 'prompt', false)]);
  await teacher.reported(entry, 'prompt', true);
  await teacher.reported(entry, 'another', false);
  expect(lines.map((line) => decodeLabel(line))).toMatchObject([
    { right: false, reported: true, similarity: 0.6, scope: 'a'.repeat(16) },
    { right: true, reported: true },
    { right: false, reported: true },
  ]);
});
