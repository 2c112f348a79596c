#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=131072 MALLOC_ARENA_MAX=2 node --max-semi-space-size=8 --heap-growing-percent=20
// The line above: the sidecar runs in every pod, where memory is dear. With it V8 collects garbage in small steps instead of
// letting it grow to many times what is alive, and malloc gives back what was freed
// (docs/decisions/0001-type-stripping-and-one-bundle.md).

const usage = `fourfold – answers repeated LLM requests beside the pod

  fourfold serve      the sidecar: proxy on 4114, probes and metrics on 4115
                      configured by FOURFOLD_CONFIG (a file) and FOURFOLD_* variables; see docs/reference.md
    --with-redis[=port]  starts a local Redis Stack beside it (port 6379), fetched on demand, as its store
  fourfold operator   makes what SemanticCaches declare, with the kubeconfig or the pod's service account; probes and
                      metrics on 4116; configured by FOURFOLD_OPERATOR_* variables
  fourfold inject -f deployment.yaml [--cache cache.yaml] [--image image] [--no-native]
                      writes the manifests with the sidecar in the pods that ask for one; -f - reads standard input
`;

/** Exit codes: 0 after a clean stop, 1 for a failure, 2 for a configuration or a command that cannot be used. */
async function main([command, ...rest]: string[]): Promise<void> {
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
      write: (text) => void process.stdout.write(text),
      complain: (line) => void process.stderr.write(`${line}\n`),
    });
    return;
  }
  const asked = command === undefined || command === 'help' || command === '--help';
  process[asked ? 'stdout' : 'stderr'].write(
    asked ? usage : `fourfold: unknown command: ${[command, ...rest].join(' ')}\n\n${usage}`,
  );
  process.exitCode = asked ? 0 : 2;
}

/** Of `--with-redis` or `--with-redis=6380`. */
function portOfRedis([flag = '', ...more]: string[]): number | undefined {
  const [found, port = '6379'] = /^--with-redis(?:=(\d{1,5}))?$/.exec(flag) ?? [];
  return found === undefined || more.length > 0 || Number(port) > 65_535 ? undefined : Number(port);
}

await main(process.argv.slice(2));
