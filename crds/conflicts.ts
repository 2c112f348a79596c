import type { ModelPlace, Settings } from './settings.ts';

type PlaceOf = (field: string) => string;

/** Fields that are each valid and cannot both hold. */
export function conflicts(settings: Settings, placeOf: PlaceOf): string[] {
  return [...ports(settings, placeOf), ...models(settings, placeOf)];
}

function ports({ host, port, adminHost, adminPort }: Settings, placeOf: PlaceOf): string[] {
  const sharesAddress = host === adminHost || [host, adminHost].some((each) => everyAddress.includes(each));
  if (port === 0 || port !== adminPort || !sharesAddress) return [];
  return [
    `${placeOf('adminPort')}: expected a port other than that of ${placeOf('port')}, found ${adminPort}`,
  ];
}

const everyAddress = ['0.0.0.0', '::'];

/** The same as `repositoryRules` and `dimensionRule`. */
function models({ customModel, verifier }: Settings, placeOf: PlaceOf): string[] {
  return [
    ...repository(customModel, placeOf('customModel')),
    ...(customModel.repository !== undefined && customModel.dimension === 0
      ? [
          `${placeOf('customModel')}.dimension: expected the length of the vectors of ${customModel.repository}, found none`,
        ]
      : []),
    ...repository(verifier, placeOf('verifier')),
  ];
}

function repository({ folder, repository, sha256 }: ModelPlace, place: string): string[] {
  if (repository === undefined) return [];
  if (folder !== undefined) return [`${place}: expected folder or repository, found both`];
  const missing = [
    ...(sha256.some((line) => line.endsWith('.onnx')) ? [] : ['an ONNX file']),
    ...(sha256.some((line) => /[ *]tokenizer\.json$/.test(line)) ? [] : ['tokenizer.json']),
  ];
  if (missing.length === 0) return [];
  return [`${place}.sha256: expected a line for ${missing.join(' and one for ')}, found none`];
}
