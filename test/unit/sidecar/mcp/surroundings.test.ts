import { expect, it } from 'vitest';
import { originOfCommand, Surroundings } from '../../../../sidecar/mcp/surroundings.ts';

const command = { command: 'server', args: ['/srv/documents'], cwd: '/app', env: { HOME: '/root' } };
const same = (one: object, other: object): boolean => {
  const [a, b] = [one, other].map((more) => {
    const origin = originOfCommand({ ...command, host: 'pod-a', ...more });
    return new Surroundings(origin).inputOf({ arguments: {} });
  });
  return JSON.stringify(a) === JSON.stringify(b);
};

it('the same command in another pod is another server: it reads other files under the same path', () => {
  expect(same({}, {})).toBe(true);
  expect(same({}, { host: 'pod-b' })).toBe(false);
  // As `--shared` has it.
  expect(same({ host: undefined }, { host: undefined })).toBe(true);
});

it.each([
  'XDG_CONFIG_HOME',
  'XDG_DATA_DIRS',
  'npm_config_registry',
  'SSH_ASKPASS',
  'KRB5CCNAME',
  'VSCODE_TOKEN',
  'API_KEY',
])('%s tells servers apart', (name) =>
  expect(same({}, { env: { ...command.env, [name]: 'other' } })).toBe(false),
);

it.each([
  ...['XDG_SESSION_ID', 'XDG_RUNTIME_DIR', 'npm_lifecycle_event', 'HOSTNAME', 'PWD'],
  ...['SSH_CONNECTION', 'SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'SESSION_MANAGER', 'XAUTHORITY', 'INVOCATION_ID'],
  ...['VSCODE_IPC_HOOK_CLI', 'VSCODE_PID', 'WT_SESSION', 'ITERM_SESSION_ID', 'KITTY_PID', 'STY', 'TMUX_PANE'],
])('%s does not: it tells where and when only', (name) =>
  expect(same({}, { env: { ...command.env, [name]: 'other' } })).toBe(true),
);
