import { join } from 'node:path';
import type { Model } from './catalogue.ts';

/** No source has the model. The message is what a person needs in order to bring it; `summary` is one sentence of it. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError';
  readonly summary: string;

  constructor(summary: string, instructions: readonly string[] = []) {
    super([summary, ...instructions].join('\n'));
    this.summary = summary;
  }
}

/** What each source answered, and the files to bring by hand. */
export function noSource(
  model: Model,
  folder: string,
  base: string,
  failures: readonly { source: string; reason: string }[],
) {
  return new ModelUnavailableError(
    `The model ${model.name} is not in ${folder} and could not be fetched (${failures.map(({ reason }) => reason).join('; ')}); ` +
      'run `npm run fetch` where a source can be reached, or set FOURFOLD_MODEL_DIR.',
    [
      ...failures.map(({ source, reason }) => `  ${source}: ${reason}`),
      `Bring these files into ${folder}, or name a folder that has them in FOURFOLD_MODEL_DIR:`,
      ...Object.values(model.files).flatMap((file) => [
        `  ${join(folder, file.name)}`,
        `    ${file.bytes} bytes, sha256 ${file.sha256}`,
        `    from ${base}/${file.path}`,
      ]),
    ],
  );
}
