import { Connection } from './connection.ts';
import { type Ask, type Outcome, type Plan, spread } from './plan.ts';

/** The load process: carries out one plan after another, as many requests at once as there are connections. */
process.on('message', (plan: Plan) => {
  carryOut(plan).then(
    (outcome) => process.send?.({ outcome }),
    (error) => process.send?.({ error: String(error) }),
  );
});

async function carryOut(plan: Plan): Promise<Outcome> {
  const { host } = new URL(plan.url);
  const asks = plan.asks.map((ask) => ({
    bytes: message(host, ask),
    expect: ask.expect === undefined ? undefined : Buffer.from(ask.expect),
  }));
  const connections = Array.from({ length: plan.connections }, () => new Connection(plan.url));
  await Promise.all(connections.map((connection) => connection.opened()));

  const latencies: number[] = [];
  const firstBytes: number[] = [];
  const byPhase = new Map<string, number[]>();
  let failed = 0;
  let wrong = 0;
  let asked = 0;
  const count = plan.count ?? Number.POSITIVE_INFINITY;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + (plan.seconds ?? Number.POSITIVE_INFINITY) * 1000;

  const keepAsking = (connection: Connection): Promise<void> =>
    new Promise((done) => {
      const next = (): void => {
        const at = performance.now();
        const ask = asked >= count || at >= end ? undefined : asks[asked++ % asks.length];
        if (ask === undefined) {
          done();
          return;
        }
        connection.ask(
          ask.bytes,
          ({ status, phase, body, firstByteAt }) => {
            const milliseconds = performance.now() - at;
            if (status !== 200) failed++;
            else {
              latencies.push(milliseconds);
              firstBytes.push(firstByteAt - at);
              if (phase !== undefined) push(byPhase, phase, milliseconds);
              if (ask.expect !== undefined && !body.includes(ask.expect)) wrong++;
            }
            next();
          },
          () => {
            failed++;
            done();
          },
        );
      };
      next();
    });
  await Promise.all(connections.map(keepAsking));

  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  return {
    requests: latencies.length,
    seconds,
    perSecond: latencies.length / seconds,
    failed,
    wrong,
    driverMicros: (user + system) / Math.max(1, latencies.length),
    all: spread(latencies),
    firstByte: spread(firstBytes),
    byPhase: Object.fromEntries([...byPhase].map(([phase, values]) => [phase, spread(values)])),
  };
}

function push(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function message(host: string, { body, headers = {} }: Ask): Buffer {
  const lines = Object.entries({
    host,
    'content-type': 'application/json',
    authorization: 'Bearer sk-bench',
    ...headers,
    'content-length': Buffer.byteLength(body),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}
