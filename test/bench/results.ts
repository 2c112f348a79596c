import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Machine } from './machine.ts';

export type Section = 'speed' | 'accuracy' | 'redis' | 'redis-index' | 'redis-faults' | 'soak';

/** What one run of a section found, kept as JSON beside the code; the page is made from these files. */
export interface Results extends Findings {
  readonly section: Section;
  readonly machine: Machine;
}

export interface Findings {
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

export interface Figure {
  readonly name: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Table {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

const file = (section: Section) => new URL(`./results/${section}.json`, import.meta.url);

export function readResults(section: Section): Results | undefined {
  try {
    return JSON.parse(readFileSync(file(section), 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeResults(results: Results): void {
  mkdirSync(new URL('./results/', import.meta.url), { recursive: true });
  writeFileSync(file(results.section), `${JSON.stringify(results, null, 2)}\n`);
  // It is committed, and everything that is committed has one form.
  const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'));
  execFileSync(process.execPath, [biome, 'format', '--write', fileURLToPath(file(results.section))]);
}
