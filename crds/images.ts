import packageJson from '../package.json' with { type: 'json' };

/** Images of this release, where neither a resource nor an installation names others. */
export const images = {
  operator: `fourfold/operator:${packageJson.version}`,
  sidecar: `fourfold/sidecar:${packageJson.version}`,
  redis: 'redis/redis-stack-server:7.4.0-v3',
} as const;

/** Of every name of an image; also the rule that the API server evaluates. */
export const imagePattern = '^[A-Za-z0-9][A-Za-z0-9._:/@-]*$';

export const isImage = (name: string): boolean => new RegExp(imagePattern).test(name);
