import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { Redis } from 'ioredis';

/** The least that a Fastify server with Redis behind it can do: it reads a request's JSON and answers what one GET gives. */
const [, , port, key = ''] = process.argv;
const redis = new Redis({ port: Number(port) });
const app = Fastify({ logger: false });
app.post('/v1/chat/completions', async (_, reply) => {
  reply.type('application/json').send(await redis.getBuffer(key));
  return reply;
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` });
