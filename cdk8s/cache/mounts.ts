/** Where the containers of Redis find their files; the scripts name the same places. */
export const mounts = {
  config: '/etc/fourfold/redis',
  secret: '/etc/fourfold/secret',
  data: '/data',
  temporary: '/tmp',
} as const;
