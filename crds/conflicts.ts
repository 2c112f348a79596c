import type { Settings } from './settings.ts';

/** Fields that are each valid and cannot both hold. */
export function conflicts(settings: Settings, placeOf: (field: string) => string): string[] {
  const { host, port, adminHost, adminPort } = settings;
  const sharesAddress = host === adminHost || [host, adminHost].some((each) => everyAddress.includes(each));
  if (port === 0 || port !== adminPort || !sharesAddress) return [];
  return [
    `${placeOf('adminPort')}: expected a port other than that of ${placeOf('port')}, found ${adminPort}`,
  ];
}

const everyAddress = ['0.0.0.0', '::'];
