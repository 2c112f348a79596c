import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { program } from '../support/kubernetes/programs.ts';

/** The tour of the README: its commands, each with what it is said to answer. */
export interface Step {
  readonly commands: string;
  /** One for each answer that the page shows. */
  readonly answers: readonly { readonly question: string; readonly phase: string | null }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** But for what starts and ends the cluster: the run has its own. */
export function tourSteps(page = readFileSync(`${root}README.md`, 'utf8')): Step[] {
  const section = page.split(/^## /m).find((each) => each.startsWith('On Kubernetes')) ?? '';
  const blocks = [...section.matchAll(/^```(sh|json)\n([\s\S]*?)^```$/gm)];
  const steps: { commands: string; answers: Step['answers'] }[] = [];
  for (const [, language, text = ''] of blocks) {
    if (language === 'sh') steps.push({ commands: text, answers: [] });
    else
      (steps.at(-1) as { answers: Step['answers'] }).answers = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
  }
  return steps.filter(({ commands }) => !commands.includes('npm run cluster'));
}

/** As somebody types it, with the `kubectl` of the run. @throws with what was said on standard error. */
export async function type(commands: string, kubeconfig: string): Promise<string> {
  const kubectl = program('kubectl');
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', `set -e\nkubectl() { "${kubectl}" "$@"; }\n${commands}`],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: dirname(kubeconfig), KUBECONFIG: kubeconfig },
      timeout: 400_000,
    },
  ).catch((error: { stderr: string; stdout: string; message: string }) => {
    throw new Error(`${commands}\n${error.stdout}\n${error.stderr || error.message}`);
  });
  return stdout;
}

/** The answers of the sample application among what the commands have said. */
export const answersIn = (said: string): { question: string; phase: string | null; answer: string }[] =>
  // `kubectl get --raw` ends no line of its own.
  [...said.matchAll(/\{"question":.*?"ms":\d+\}/g)].map(([line]) => JSON.parse(line));
