import { parseArgs } from 'node:util';
import { type Behaviour, type Exchange, startProvider } from './index.ts';
import { rateLimit } from './rate-limit.ts';
import { wished } from './wished.ts';

const help = `A stand-in for an LLM provider: the published formats, made-up answers, no key checked.

  npm run provider -- [--port 7401] [--host 127.0.0.1] [--latency ms] [--token-ms ms]
                          [--rate-limit n] [--quiet]

  --latency    milliseconds until an answer begins
  --token-ms   milliseconds between two pieces of a stream
  --rate-limit requests of one key in a minute; those beyond get 429
  --quiet      no line for each request

One request behaves otherwise when it says so, in a header or in double brackets anywhere in its text:

  curl … -H 'provider-behaviour: {"status": 429, "retryAfter": 2}'
  "What is Rust? [[{"latencyMs": 2000, "tokenMs": 50}]]"

For the requests to come:

  POST /__control    {"next": [{"status": 503}], "always": {"latencyMs": 300}, "forget": true}
  GET  /__requests   what arrived
  GET  /__stats      the counters

docs/provider.md lists the APIs and the behaviours.
`;

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '7401' },
    latency: { type: 'string', default: '0' },
    'token-ms': { type: 'string', default: '0' },
    'rate-limit': { type: 'string', default: '0' },
    quiet: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit();
}

const count = (name: 'port' | 'latency' | 'token-ms' | 'rate-limit'): number => {
  if (/^\d{1,9}$/.test(values[name])) return Number(values[name]);
  process.stderr.write(`--${name}: expected a whole number, found ${JSON.stringify(values[name])}\n`);
  process.exit(2);
};

const usual: Behaviour = { latencyMs: count('latency'), tokenMs: count('token-ms') };
const refusal = rateLimit(count('rate-limit'), Date.now);
const provider = await startProvider({
  host: values.host,
  port: count('port'),
  always: (exchange) => refusal(exchange) ?? usual,
  wished,
  ...(values.quiet ? {} : { over: tell }),
}).catch((error: Error) => {
  process.stderr.write(`The stand-in provider cannot listen: ${error.message}\n`);
  process.exit(1);
});

// The URL alone comes first, for programs that start this one.
console.log(provider.url);
console.log(`
OpenAI      ${provider.url}/v1
Azure       ${provider.url}, deployments by a model's name
Anthropic   ${provider.url}
Gemini      ${provider.url}
requests    ${provider.url}/__requests, counters ${provider.url}/__stats, orders ${provider.url}/__control
sidecar     FOURFOLD_OPENAI_UPSTREAM=${provider.url} npm start
            likewise FOURFOLD_ANTHROPIC_UPSTREAM, FOURFOLD_GEMINI_UPSTREAM
behaviours  npm run provider -- --help, docs/provider.md
`);

function tell(exchange: Exchange, status: number, milliseconds: number): void {
  const how = exchange.aborted ? ' the client left' : exchange.broken ? ' broken off, as told' : '';
  const { method, path, writtenBytes } = exchange;
  console.log(`${method} ${path} ${status} ${writtenBytes} bytes ${Math.round(milliseconds)} ms${how}`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => provider.close());
