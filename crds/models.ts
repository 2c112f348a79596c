import Type from 'typebox';
import { duration, filePath, folderPath, group, httpUrl } from './fields.ts';
import {
  dimensionRule,
  type Rule,
  repositoryIdRule,
  repositoryPattern,
  repositoryRules,
  sumPattern,
  sumRule,
} from './rules.ts';

/**
 * Models that a user brings: they lie in a folder of the sidecar's file system, as a repository of such a model has it, or
 * are fetched from such a repository, of which one commit is named and each file has its sum.
 */
export const modelHub = httpUrl({
  description: 'Where the `repository` of `customModel` and `verifier` is fetched from: a hub, or a mirror.',
  default: 'https://huggingface.co',
  restart: true,
});

const share = (description: string, fallback: number, more: object = {}) =>
  Type.Number({ description, default: fallback, minimum: 0, maximum: 1, ...more });

const fetched = {
  repository: Type.Optional(
    Type.String({
      description: 'In place of a folder: the model and its commit, on `modelHub`.',
      pattern: repositoryPattern,
      maxLength: 240,
      'x-kubernetes-validations': [repositoryIdRule],
      range: '`owner/name@` and a commit of 40 hexadecimal digits',
      restart: true,
    }),
  ),
  sha256: Type.Array(
    Type.String({
      pattern: sumPattern,
      maxLength: 300,
      'x-kubernetes-validations': [sumRule],
      range: 'sum and path, as `sha256sum` prints them',
    }),
    {
      description: 'The files of `repository` that are fetched, each with its sum; others are not.',
      default: [],
      maxItems: 32,
      range: 'list of sums and paths, as `sha256sum` prints them',
      restart: true,
    },
  ),
};

const judged = (...rules: readonly Rule[]) => ({ 'x-kubernetes-validations': rules });

export const customModel = group(
  'An embedding model of your own, in place of `model`.',
  {
    folder: folderPath({
      description: 'Folder of a sentence transformer: its ONNX file, tokenizer and configuration.',
      restart: true,
    }),
    ...fetched,
    file: filePath({
      description: 'The ONNX file in the folder; else one of the usual names.',
      restart: true,
    }),
    pooling: Type.Enum(['auto', 'mean', 'cls', 'last'], {
      description: 'Which vector of the words stands for the text; `auto` reads it from the files.',
      default: 'auto',
      restart: true,
    }),
    prefix: Type.Optional(
      Type.String({
        description: 'What is put before each text; else what the files say.',
        maxLength: 1_000,
        range: 'text',
        restart: true,
      }),
    ),
    window: Type.Integer({
      description: 'Word pieces that a text may have, marks included; 0 reads it from the files.',
      default: 0,
      minimum: 0,
      maximum: 131_072,
      restart: true,
    }),
    dimension: Type.Integer({
      description: 'Length of its vectors; 0 reads it from the files. A `repository` needs it.',
      default: 0,
      minimum: 0,
      maximum: 16_384,
      restart: true,
    }),
  },
  judged(...repositoryRules, dimensionRule),
);

export const verifier = group(
  'A second model that looks once more at the best match of phase 4.',
  {
    folder: folderPath({
      description:
        'Folder of a cross-encoder or NLI model, as for `customModel`; without it nobody is asked.',
      restart: true,
    }),
    ...fetched,
    file: filePath({
      description: 'The ONNX file in the folder; else one of the usual names.',
      restart: true,
    }),
    label: Type.Integer({
      description: 'Which output of the model means "the same"; -1 reads it from the files.',
      default: -1,
      minimum: -1,
      maximum: 1_000,
      restart: true,
    }),
    score: share('Probability from which the match stands.', 0.5),
    below: share('Only matches below this cosine are looked at.', 1),
    deadline: duration({
      description: 'Without a verdict in this time the match does not stand.',
      default: '250ms',
      from: '1ms',
      to: '1m',
    }),
  },
  judged(...repositoryRules),
);
