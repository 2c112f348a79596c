import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { inherited } from '../../support/inherited.ts';

const cli = fileURLToPath(new URL('../../../cli.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fourfold-operator-'));

function kubeconfig(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
/** Of a server that is not there: whoever starts waits for it. */
const nobody = kubeconfig(
  'nobody',
  JSON.stringify({
    clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
    users: [{ name: 'a', user: {} }],
  }),
);

/** A start that is expected to fail. */
async function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [cli, 'operator'], {
    env: { ...inherited(), FOURFOLD_OPERATOR_PORT: '0', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 20_000,
  });
  const [faults, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code, faults };
}

it.each([
  [
    'a kubeconfig that is not there',
    join(folder, 'none'),
    /^fourfold operator: kubeconfig: ENOENT.*none'\n$/,
  ],
  ['one that is no YAML', kubeconfig('torn', 'a: ['), /^fourfold operator: kubeconfig: .*\(1:5\)\n$/],
  [
    'one without a cluster',
    kubeconfig('empty', '{}'),
    /^fourfold operator: kubeconfig: .*no current cluster\n$/,
  ],
])('%s ends the start with one line', async (_, file, line) => {
  const { code, faults } = await start({ KUBECONFIG: file });
  expect(faults).toMatch(line);
  expect(code).toBe(1);
});

// It asked a server that nobody had named, again and again, and said nothing of a kubeconfig.
it('so does none at all', async () => {
  const { code, faults } = await start({ HOME: folder });
  expect(faults).toMatch(/^fourfold operator: kubeconfig: expected KUBECONFIG, .*, found none\n$/);
  expect(code).toBe(1);
});

it('so does a port that another has', async () => {
  const other = createServer().listen(0, '0.0.0.0');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, faults } = await start({ KUBECONFIG: nobody, FOURFOLD_OPERATOR_PORT: `${port}` });
  other.close();
  expect(faults).toMatch(
    /^fourfold operator: listen EADDRINUSE.*; FOURFOLD_OPERATOR_PORT, .* choose others\n$/,
  );
  expect(code).toBe(1);
});
