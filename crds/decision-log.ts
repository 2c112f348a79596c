import Type from 'typebox';
import { duration, folderPath, group, quantity } from './fields.ts';

/** What a sidecar writes down of its lookups, for `fourfold tune` and for tools that read Parquet. */
export const decisionLog = group('What each lookup found, in Parquet files.', {
  folder: folderPath({
    description: 'Where the files are written; without it nothing is.',
    restart: true,
  }),
  maxBytes: quantity({
    description: 'Size from which a file is closed and the next one begun.',
    default: '16Mi',
    from: '64Ki',
    to: '1Gi',
    restart: true,
  }),
  rotate: duration({
    description: 'Age from which a file is closed; only closed files can be read.',
    default: '15m',
    from: '1s',
    to: '24h',
    restart: true,
  }),
  maxFiles: Type.Integer({
    description: 'Files kept in the folder; the oldest leave.',
    default: 32,
    minimum: 1,
    maximum: 100_000,
    restart: true,
  }),
  logPrompts: Type.Boolean({
    description: 'Writes the text of each question down too.',
    default: false,
  }),
});
