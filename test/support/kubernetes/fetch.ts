import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { find, kept, missing, onPath, type Program, programNames, programsFolder } from './programs.ts';
import { type Recipe, recipes } from './recipes.ts';

interface Output {
  write(text: string): unknown;
}

/** No single program takes longer, on a slow machine that downloads everything. */
const atMostMs = 30 * 60_000;
const stillEveryMs = 30_000;

/**
 * Builds what is missing from its Go module, once. About ten minutes on two cores the first time, nothing after it.
 * @throws where Go is missing or a build fails, with what to do.
 */
export async function fetchKubernetes(options: {
  readonly out: Output;
  readonly env?: NodeJS.ProcessEnv;
  readonly names?: readonly Program[];
}): Promise<Record<string, string>> {
  const { out, env = process.env, names = programNames } = options;
  const absent = missing(names, env);
  if (absent.length > 0) await build(absent, out, env);
  return Object.fromEntries(names.map((name) => [name, find(name, env) ?? kept(name, env)]));
}

async function build(absent: readonly Program[], out: Output, env: NodeJS.ProcessEnv): Promise<void> {
  if (onPath('go', env) === undefined) throw new Error(withoutGo(absent, env));
  await mkdir(programsFolder(env), { recursive: true });
  let done = 0;
  for (const recipe of recipes) {
    const wanted = recipe.programs.filter(({ name }) => absent.includes(name));
    if (wanted.length === 0) continue;
    const folder = await mkdtemp(join(programsFolder(env), 'build-'));
    const go = (args: readonly string[], cwd = folder) => runGo(args, cwd, env, out);
    try {
      await writeModule(recipe, folder, go);
      for (const { name, package: target } of wanted) {
        done++;
        const began = Date.now();
        out.write(`Building ${name} ${recipe.version} (${done} of ${absent.length})\n`);
        const part = join(folder, `${name}.built`);
        const link = ['-s', '-w', ...(recipe.link ?? [])].join(' ');
        await go(['build', '-trimpath', '-buildvcs=false', '-ldflags', link, '-o', part, target]);
        await chmod(part, 0o755);
        // Whole or not at all: another run may be looking for it.
        await rename(part, kept(name, env));
        out.write(`  ${kept(name, env)}, ${Math.round((Date.now() - began) / 1000)} s\n`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function writeModule(
  recipe: Recipe,
  folder: string,
  go: (args: readonly string[], cwd?: string) => Promise<string>,
) {
  const lines = ['module built', '', 'go 1.24.0', '', `require ${recipe.module} v${recipe.version}`];
  if (recipe.replace) {
    const { GoMod } = JSON.parse(
      await go(['mod', 'download', '-json', `${recipe.module}@v${recipe.version}`]),
    );
    lines.push('', ...recipe.replace(await readFile(GoMod, 'utf8')));
  }
  await writeFile(join(folder, 'go.mod'), `${lines.join('\n')}\n`);
  if (recipe.main) await writeFile(join(folder, 'main.go'), recipe.main);
}

/** Its standard output. At low priority: it takes minutes and everything that the machine has. */
function runGo(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, out: Output): Promise<string> {
  const nice = onPath('nice', env) ? ['nice', '-n', '10'] : [];
  const [file, ...rest] = [...nice, 'go', ...args];
  return new Promise((resolve, reject) => {
    const began = Date.now();
    const child = spawn(file as string, rest, {
      cwd,
      env: { ...env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOWORK: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: atMostMs,
    });
    let said = '';
    let answer = '';
    let downloads = 0;
    const still = setInterval(() => {
      const seconds = Math.round((Date.now() - began) / 1000);
      out.write(`  still at it after ${seconds} s${downloads ? `, ${downloads} modules downloaded` : ''}\n`);
    }, stillEveryMs);
    child.stdout.on('data', (chunk) => {
      answer += chunk;
    });
    child.stderr.on('data', (chunk) => {
      downloads += String(chunk).match(/^go: downloading/gm)?.length ?? 0;
      said = (said + chunk).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(still);
      if (code === 0) resolve(answer);
      else reject(new Error(`go ${args[0]} ${args.at(-1)} ended with ${signal ?? code}:\n${said.trim()}`));
    });
  });
}

const withoutGo = (absent: readonly Program[], env: NodeJS.ProcessEnv) =>
  [
    `${absent.join(', ')} cannot be built: there is no go on the PATH.`,
    'Install Go 1.24 or newer and run npm run fetch -- kubernetes again,',
    'or bring the programs of a machine that has it:',
    ...absent.map((name) => `  ${kept(name, env)}`),
  ].join('\n');
