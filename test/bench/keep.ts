import { machine } from './machine.ts';
import { writePage } from './page.ts';
import { type Findings, type Section, writeResults } from './results.ts';

/** Keeps what a section found, on the page too, and prints it. `here`: the machine as it was before. */
export function keep(section: Section, found: Findings, here: ReturnType<typeof machine>): void {
  writeResults({ section, machine: here, ...found });
  writePage();
  show(found);
}

/** A section as a command of its own: `node test/bench/<section>.ts`. */
export async function measureAlone(section: Section, measure: () => Promise<Findings>): Promise<void> {
  const here = machine();
  keep(section, await measure(), here);
}

export function show({ figures, tables }: Findings): void {
  for (const { title, columns, rows } of tables) {
    console.log(title);
    console.table(rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i], value]))));
  }
  console.table(figures);
}
