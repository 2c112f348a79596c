import { canonical, sha256 } from '../lookup/identity.ts';

/**
 * All that a server's results depend on beside the arguments of a call: two servers of one name, with other arguments,
 * another environment or another client's roots, are not one.
 */
export class Surroundings {
  readonly #origin: string;
  /** The client's capabilities. */
  client: unknown;
  /** What the server said of itself. */
  server: Readonly<Record<string, unknown>> | undefined;
  /** The folders that the client has told the server, as its answer said them. */
  roots: unknown;

  constructor(origin: unknown) {
    this.#origin = sha256(canonical(origin));
  }

  get name(): string {
    const { name } = (this.server?.serverInfo ?? {}) as { name?: unknown };
    return typeof name === 'string' ? name : 'server';
  }

  /** Undefined for a call that is a task, whose result comes later and elsewhere. */
  inputOf({ arguments: given = {}, _meta, task }: Readonly<Record<string, unknown>>): object | undefined {
    if (task !== undefined) return undefined;
    const meta = Object.entries((_meta ?? {}) as object).filter(([name]) => !neutral.has(name));
    return {
      surroundings: this.#digest(),
      arguments: given,
      ...(meta.length === 0 ? {} : { meta: Object.fromEntries(meta) }),
    };
  }

  /** Whether a call of that input would have the same one now. */
  isStill(input: unknown): boolean {
    return (input as { surroundings: string }).surroundings === this.#digest();
  }

  #digest(): string {
    const { serverInfo = null, protocolVersion = null } = this.server ?? {};
    const { client = null, roots = null } = this;
    return sha256(JSON.stringify([this.#origin, serverInfo, protocolVersion, client, roots]));
  }
}

/** What names a call, and not what is called. */
const neutral: ReadonlySet<string> = new Set(['progressToken', 'traceparent', 'tracestate', 'baggage']);

/**
 * What makes a server that is started by a command another one than the next. The command reads the files of its machine:
 * the same path on the next machine, or in the next pod, holds something else. `host` is undefined where somebody says that
 * it does not matter.
 */
export function originOfCommand({
  env,
  ...rest
}: {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly host: string | undefined;
}): object {
  return { ...rest, env: lastingEnvironment(env) };
}

/** The environment of a process, without what tells only where and when it runs. */
function lastingEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const lasting = Object.entries(env).filter(([name]) => !passing.test(name));
  return Object.fromEntries(lasting.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/**
 * What a login, a terminal or a window has anew each time; no more of a program's variables than those, since somebody may give
 * others to the server. The agent that holds a user's keys is that of his account, wherever its socket is today.
 */
const passing = new RegExp(
  `^(${[
    '_|PWD|OLDPWD|SHLVL|HOSTNAME|COLUMNS|LINES|npm_(?!config_).+|FOURFOLD_MCP_.+',
    'SSH_(CLIENT|CONNECTION|TTY|AUTH_SOCK|AGENT_PID)|GPG_(TTY|AGENT_INFO)',
    'XDG_(SESSION|RUNTIME|SEAT|VTNR|CURRENT|ACTIVATION)_?.*|DBUS_.+|DISPLAY|WAYLAND_.+|XAUTHORITY|ICEAUTHORITY',
    'SESSION_MANAGER|SESSIONNAME|SECURITYSESSIONID|DESKTOP_STARTUP_ID|GIO_LAUNCHED_.+',
    'INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID|MANAGERPID(FDID)?|MEMORY_PRESSURE_(WATCH|WRITE)',
    'TERM|TERM_.+|COLORTERM|VTE_VERSION|WINDOWID|STY|TMUX.*|ZELLIJ.*|WT_(SESSION|PROFILE_ID)',
    '(ITERM|KITTY|KONSOLE|WEZTERM|ALACRITTY|GHOSTTY|GNOME_TERMINAL)_.+|LC_TERMINAL.*|NVIM(_LISTEN_ADDRESS)?',
    'VSCODE_(PID|CWD|NONCE|NLS_CONFIG|CODE_CACHE_PATH|IPC_.+|GIT_.+)',
  ].join('|')})$`,
);
