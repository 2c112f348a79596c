export { type RedisBeside, startRedisBeside } from './beside.ts';
export { redisStack } from './catalogue.ts';
export { type EnsureOptions, ensureRedisStack, type RedisStack } from './ensure.ts';
export { endServer, runServer, type ServerOptions } from './server.ts';
