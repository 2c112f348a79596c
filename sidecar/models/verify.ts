import { createHash, type Hash } from 'node:crypto';
import { open, rename, stat } from 'node:fs/promises';
import type { PinnedFile } from './catalogue.ts';

export type Verdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly why: string };

/** The size is asked first: a half-written file is told from the right one without reading it. */
export async function verify(path: string, file: PinnedFile): Promise<Verdict> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return { kind: 'absent' };
  if (file.bytes !== undefined && size !== file.bytes)
    return { kind: 'damaged', why: `${size} bytes instead of ${file.bytes}` };
  const sha256 = await sha256Of(path);
  if (sha256 !== file.sha256) return { kind: 'damaged', why: `sha256 ${sha256} instead of ${file.sha256}` };
  return { kind: 'good' };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await hashFile(hash, path);
  return hash.digest('hex');
}

/** Through one buffer: a stream would leave as much memory behind as the file is long, in a process that stays. */
export async function hashFile(hash: Hash, path: string): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(1 << 18);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** Kept, not deleted: whoever wonders what was wrong with the file can still look at it. */
export async function setAside(path: string): Promise<string> {
  const aside = `${path}.damaged`;
  await rename(path, aside);
  return aside;
}
