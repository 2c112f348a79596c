import { parseArgs } from 'node:util';
import { startProvider } from './index.ts';

/** node test/support/provider/main.ts --port 7401 --latency 300 --token-ms 20 */
const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '7401' },
    latency: { type: 'string', default: '0' },
    'token-ms': { type: 'string', default: '0' },
  },
});

const provider = await startProvider({
  host: values.host,
  port: Number(values.port),
  always: { latencyMs: Number(values.latency), tokenMs: Number(values['token-ms']) },
});
console.log(provider.url);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => provider.close());
