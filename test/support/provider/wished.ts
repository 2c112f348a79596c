import type { Behaviour } from './behaviour.ts';
import type { Exchange } from './exchange.ts';

/** In a request's header `provider-behaviour`, or anywhere in its texts between double brackets. */
export const wishHeader = 'provider-behaviour';

/**
 * The behaviour that a request itself asks for, so that whoever tries something out needs no second connection. The header
 * wins. @throws where it is there and not a JSON object.
 */
export function wished(exchange: Exchange): Behaviour {
  const header = exchange.headers[wishHeader];
  if (typeof header === 'string') return objectOf(header);
  for (const text of texts(exchange.json)) {
    const [, wish] = /\[\[(\{.*?\})\]\]/s.exec(text) ?? [];
    if (wish !== undefined) return objectOf(wish);
  }
  return {};
}

function objectOf(json: string): Behaviour {
  const value: unknown = JSON.parse(json);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new TypeError(`a behaviour is a JSON object, found ${json}`);
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) yield* texts(inner);
}
