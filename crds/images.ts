/** The version of this release, as package.json has it. */
export const releaseVersion = '0.1.0';

/** Images of this release, where neither a resource nor an installation names others. */
export const images = {
  operator: `fourfold/operator:${releaseVersion}`,
  sidecar: `fourfold/sidecar:${releaseVersion}`,
  redis: 'redis/redis-stack-server:7.4.0-v3',
} as const;
