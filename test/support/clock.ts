import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A clock of a sidecar's own: that of the machine, until it is set. */
export interface OwnClock {
  /** With these the sidecar has it. */
  readonly environment: { readonly NODE_OPTIONS: string };
  /** Milliseconds from that of the machine; negative is behind it. */
  set(milliseconds: number): void;
}

export function ownClock(): OwnClock {
  const folder = mkdtempSync(join(tmpdir(), 'fourfold-clock-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const offset = join(folder, 'offset');
  const preload = join(folder, 'clock.mjs');
  const set = (milliseconds: number) => writeFileSync(offset, String(milliseconds));
  set(0);
  writeFileSync(
    preload,
    `import { readFileSync } from 'node:fs';
    const now = Date.now.bind(Date);
    Date.now = () => now() + Number(readFileSync(${JSON.stringify(offset)}, 'utf8'));`,
  );
  return { environment: { NODE_OPTIONS: `--import=${preload}` }, set };
}
