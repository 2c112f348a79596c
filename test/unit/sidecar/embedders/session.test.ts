import { expect, test } from 'vitest';
import { openSession } from '../../../../sidecar/embedders/session.ts';
import { realModel } from './real-model.ts';

const model = await realModel();

test.skipIf(!('files' in model))(
  'a run leaves no memory behind that only a collection would free',
  async () => {
    if (!('files' in model)) return;
    const { run } = await openSession(model.files.modelPath);
    let seen: Float32Array | undefined;
    const first = await run({ ids: [101, 2129, 102] }, (rows, dimension) => {
      seen = rows;
      expect([rows.length, dimension]).toEqual([3 * 384, 384]);
      return rows[0];
    });
    expect(Number.isFinite(first)).toBe(true);
    expect(seen?.length).toBe(0);
    const failed = run({ ids: [101, 102] }, (rows) => {
      seen = rows;
      throw new Error('not to be read');
    });
    await expect(failed).rejects.toThrow('not to be read');
    expect(seen?.length).toBe(0);
  },
);
