import { parseArgs } from 'node:util';
import { measureAccuracy } from '../bench/accuracy/index.ts';

/** node test/eval/http.ts [--show-wrong]: the labelled sets, asked over HTTP of the bundle in dist/. Nothing is kept. */
const { values } = parseArgs({ options: { 'show-wrong': { type: 'boolean', default: false } } });
const found = await measureAccuracy({ showWrong: values['show-wrong'] });
for (const { title, columns, rows } of found?.tables ?? []) {
  console.log(title);
  console.table(rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i], value]))));
}
if (found !== undefined) console.table(found.figures);
