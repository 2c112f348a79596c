import { writeFileSync } from 'node:fs';
import { type Figure, type Results, readResults, type Section, type Table } from './results.ts';

const page = new URL('../../docs/benchmarks.md', import.meta.url);

/** docs/benchmarks.md from the last results of each section. */
export function writePage(): void {
  const found = sections.map(({ section, title, about }) => {
    const results = readResults(section);
    return `## ${title}\n\n${about}\n\n${results ? sectionOf(results) : `Not measured yet: \`npm run bench -- ${section}\`.`}`;
  });
  writeFileSync(page, `${[head, ...found].join('\n\n')}\n`);
}

const head = `# Measured

Written by \`npm run bench\`; do not edit. \`npm run bench -- speed\`, \`accuracy\`, \`redis\`, \`redis-index\`, \`redis-faults\` and
\`soak\` measure one section and keep the others. The raw numbers are in \`test/bench/results/\`, the way of measuring is in
[decision 8](decisions/0008-how-we-measure.md). Everything is the bundle that ships, as a process of its own, on its embedded
store where no other is named, with the provider and the load generator on the same machine.`;

const sections: readonly { section: Section; title: string; about: string }[] = [
  {
    section: 'speed',
    title: 'Speed and memory',
    about:
      'Ratios and differences are taken in one run in which the compared servers take turns, as medians of several rounds.',
  },
  {
    section: 'accuracy',
    title: 'Accuracy',
    about:
      'The labelled development sets, asked over HTTP at the default configuration with the real model. A wrong hit is an answer that was stored for another question.',
  },
  {
    section: 'redis',
    title: 'Hits from Redis',
    about:
      'A real Redis Stack on the same machine is the store. As for speed, the compared servers take turns in one run.',
  },
  {
    section: 'redis-index',
    title: 'Redis with many entries',
    about: 'The store alone, in a process of its own, over a real Redis Stack on the same machine.',
  },
  {
    section: 'redis-faults',
    title: 'Redis fails',
    about:
      'Steady traffic through one sidecar, the bundle with its model, while its Redis is killed, stopped or slowed, and when it is back.',
  },
  {
    section: 'soak',
    title: 'Soak',
    about: 'Mixed traffic with bodies of 1 kB to 10 MB, cached, uncached and streamed, for ten minutes.',
  },
];

function sectionOf({ machine, figures, tables }: Results): string {
  const where = `${machine.date} UTC, commit ${machine.commit}, Node ${machine.node}, ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB; load before the run ${machine.load}.`;
  return [where, summary(figures), ...tables.map(detail)].join('\n\n');
}

const summary = (figures: readonly Figure[]): string =>
  markdown(
    ['figure', 'goal', 'measured', 'met'],
    figures.map(({ name, goal, measured, met }) => [name, goal, measured, met ? 'yes' : '**no**']),
  );

const detail = ({ title, note, columns, rows }: Table): string =>
  [`### ${title}`, ...(note === undefined ? [] : [note]), markdown(columns, rows)].join('\n\n');

function markdown(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

const cell = (value: string | number): string =>
  typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 4 }) : value;
