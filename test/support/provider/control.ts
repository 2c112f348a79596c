import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Behaviour } from './behaviour.ts';
import type { Provider } from './provider.ts';

/** The provider's own paths, for a test in another process; they are not in its log. */
export const isControl = (incoming: IncomingMessage) =>
  /^\/__(control|requests|stats)$/.test(incoming.url ?? '');

interface Orders {
  next?: Behaviour[];
  always?: Behaviour;
  /** Empties log, queue and counters before the rest. */
  forget?: boolean;
}

/**
 * POST /__control  {"next": [{"status": 429}], "always": {"latencyMs": 300}, "forget": true}
 * GET  /__requests  what arrived · GET /__stats  the counters
 */
export async function control(
  provider: Provider,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (incoming.url === '/__control') {
    const orders = (await json(incoming)) as Orders;
    if (orders.forget) provider.forget();
    if (orders.always) provider.always(orders.always);
    provider.next(...(orders.next ?? []));
  }
  const told = incoming.url === '/__requests' ? provider.requests.map(readable) : provider.stats();
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
}

const readable = ({ closed: _, json: __, body, ...rest }: Provider['requests'][number]) => ({
  ...rest,
  body: body.toString(),
});
