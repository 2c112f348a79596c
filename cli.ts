#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=131072 MALLOC_ARENA_MAX=2 node --min-semi-space-size=4 --max-semi-space-size=8 --no-parallel-scavenge --no-maglev --invocation-count-for-turbofan=400 --heap-growing-percent=20
// The line above: the sidecar runs in every pod, where memory is dear. With it V8 collects garbage in small steps instead of
// letting it grow to many times what is alive, leaves out a compiler whose bursts malloc does not recover from, and malloc gives
// back what was freed
// (docs/decisions/0001-type-stripping-and-one-bundle.md).

const usage = `fourfold – answers repeated LLM requests beside the pod

  fourfold serve      the sidecar: proxy on 4114, probes and metrics on 4115
                      configured by FOURFOLD_CONFIG (a file) and FOURFOLD_* variables; see docs/reference.md
    --with-redis[=port]  starts a local Redis Stack beside it (port 6379), fetched on demand, as its store
  fourfold operator   makes what SemanticCaches declare, with the kubeconfig or the pod's service account; probes and
                      metrics on 4116; configured by FOURFOLD_OPERATOR_* variables
  fourfold inject -f deployment.yaml [-n namespace] [--cache cache.yaml] [--image image] [--no-native]
                      writes the manifests with the sidecar in the pods that ask for one; -f - reads standard input
  fourfold export FILE [--from URL]   all entries with their vectors, as .parquet or .jsonl, out of a running sidecar
                      (its port for the cluster, http://127.0.0.1:4115, with --token-file) or a store (redis://…)
  fourfold import FILE [--to URL]     the same way back; every row is checked, and doing it twice changes nothing
  fourfold warm FILE --request file [--path path] [--url URL] [-H 'Name: value']
                      questions with answers (.csv, .jsonl, .parquet) into the cache of a running sidecar
  fourfold mcp [--cache URL | --store URL] [--ttl 5m] [--read-only tools] [--tenant name] [--shared] -- command…
                      stands before a Model Context Protocol server and keeps what its tools read; see docs/agents.md
    --url URL [--header 'name: value']  in place of the command: a server over HTTP
  fourfold tune FILE… [--max-error 1%] [--plot plot.svg] [--label pairs.jsonl] [--cache name] [-n namespace]
                      which threshold and overlap hold an error, by labelled questions or a decision log

  fourfold <command> --help, fourfold --version
`;

/** Exit codes: 0 after a clean stop, 1 for a failure, 2 for a configuration or a command that cannot be used. */
async function main([command, ...rest]: string[]): Promise<void> {
  const help = helpOf(command, rest);
  if (help !== undefined) return terminal.write(help);
  const redisPort = command === 'serve' ? portOfRedis(rest) : undefined;
  if (command === 'serve' && (rest.length === 0 || redisPort !== undefined)) {
    const { serveUntilStopped } = await import('./sidecar/process.ts');
    return await serveUntilStopped(process.env, { redisPort });
  }
  if (command === 'operator' && rest.length === 0) {
    const { operateUntilStopped } = await import('./operator/process.ts');
    return await operateUntilStopped(process.env);
  }
  if (command === 'inject') {
    const { injectCommand } = await import('./operator/webhook/command.ts');
    process.exitCode = await injectCommand(rest, {
      stdin: process.stdin,
      ...terminal,
    });
    return;
  }
  if (command === 'export' || command === 'import' || command === 'warm') {
    const { transferCommand } = await import('./sidecar/transfer/index.ts');
    process.exitCode = await transferCommand(command, rest, process.env, terminal);
    return;
  }
  if (command === 'mcp') {
    const { hostname } = await import('node:os');
    const { mcpCommand } = await import('./sidecar/mcp/command.ts');
    process.exitCode = await mcpCommand(rest, {
      env: process.env,
      cwd: process.cwd(),
      host: hostname(),
      stdin: process.stdin,
      stdout: process.stdout,
      complain: terminal.complain,
      stopped: (stop) => {
        for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop);
      },
    });
    return;
  }
  if (command === 'tune') {
    const { tuneCommand } = await import('./sidecar/tune/command.ts');
    process.exitCode = await tuneCommand(rest, process.env, terminal);
    return;
  }
  if (command === '--version') {
    const { default: about } = await import('./package.json', { with: { type: 'json' } });
    return terminal.write(`fourfold ${about.version}\n`);
  }
  terminal.complain(`fourfold: unknown command: ${[command, ...rest].join(' ')}\n\n${usage}`);
  process.exitCode = 2;
}

/** All commands, or the one that is asked for; undefined where nobody asks. What stands after `--` is not for us. */
function helpOf(command: string | undefined, rest: readonly string[]): string | undefined {
  if (command === undefined || ['help', '--help', '-h'].includes(command)) return usage;
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (!own.includes('--help') && !own.includes('-h')) return undefined;
  const commands = usage.split(/\n+(?= {2}fourfold )/);
  const help = commands.find((each) => each.startsWith(`  fourfold ${command} `));
  return help === undefined ? undefined : `${help}\n`;
}

const terminal = {
  write: (text: string) => void process.stdout.write(text),
  complain: (line: string) => void process.stderr.write(`${line}\n`),
};

/** Of `--with-redis` or `--with-redis=6380`. */
function portOfRedis([flag = '', ...more]: string[]): number | undefined {
  const [found, port = '6379'] = /^--with-redis(?:=(\d{1,5}))?$/.exec(flag) ?? [];
  return found === undefined || more.length > 0 || Number(port) > 65_535 ? undefined : Number(port);
}

await main(process.argv.slice(2));
