import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

/** The least that a Fastify server can do: it reads a request's JSON and answers with bytes that it has at hand. */
const body = readFileSync(process.argv[2] ?? '');
const app = Fastify({ logger: false });
app.post('/v1/chat/completions', (_, reply) => {
  reply.type('application/json').send(body);
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` });
