import { setImmediate as others } from 'node:timers/promises';
import * as api from '../dialects/openai-embeddings.ts';
import type { Entry } from '../lookup/entry.ts';
import { type Identity, identify, ownerOf } from '../lookup/identity.ts';
import type { Question } from '../lookup/question.ts';
import type { Admitted } from './admission.ts';
import type { Context } from './context.ts';
import type { Directives } from './directives.ts';
import { requestPath } from './upstream.ts';
import type { Verdict } from './verdict.ts';

/** A request for embeddings, and what is known of each input. */
export interface Batch extends Admitted {
  readonly context: Context;
  readonly parsed: Record<string, unknown>;
  readonly read: api.EmbeddingsRequest;
  /** Each different input once, in the order of their first appearance. */
  readonly items: readonly Item[];
}

export interface Item {
  readonly input: api.Input;
  /** Where in the request it stands. */
  readonly at: number[];
  readonly question: Question;
  entry?: Entry;
}

export function itemsOf(inputs: readonly api.Input[], question: (what: string) => Question): Item[] {
  const items = new Map<string, Item>();
  for (const [at, input] of inputs.entries()) {
    // A text is quoted, so no text is a list of tokens.
    const what = JSON.stringify(input);
    const known = items.get(what);
    if (known !== undefined) known.at.push(at);
    else items.set(what, { input, at: [at], question: question(what) });
  }
  return [...items.values()];
}

export function identifyRequest(
  { dialect, settings, request }: Context,
  { tenant }: Directives,
  { fixed, model, user }: api.EmbeddingsRequest,
  path: string,
): Identity | undefined {
  const { headers } = request;
  try {
    return identify({
      dialect,
      asked: { model, text: undefined, exactOnly: undefined, user, form: 'json', withUsage: false },
      fixed,
      identityHeaders: dialect.identityHeaders.map((name) => headers[name] ?? null),
      query: api.place(path) + requestPath(request).slice(path.length),
      upstream: settings.upstreams[dialect.upstream],
      owner: ownerOf(settings.partitionBy, { headers, tenant }),
      partitionByUser: settings.partitionBy.includes('user'),
    });
  } catch {
    return undefined;
  }
}

export function verdictOf({ context, items, read }: Batch, unknown: number, asksAnew: boolean): Verdict {
  const found = items.filter(({ entry }) => entry !== undefined);
  const known = found.reduce((sum, { at }) => sum + at.length, 0);
  if (asksAnew) return { phase: 'bypass', reason: 'no-cache', inputs: { known: 0, asked: items.length } };
  if (unknown === 0 && context.settings.mode === 'shadow') return { phase: 'bypass', reason: 'shadow' };
  const serves = context.settings.mode === 'serve';
  return {
    phase: 'miss',
    inputs: serves ? { known, asked: unknown } : { known: 0, asked: read.inputs.length },
  };
}

/** The whole answer. In slices: numbers are written at some ten million bytes a second, and others wait meanwhile. */
export async function bodyOf({ items, read }: Batch, model: unknown, usage: object): Promise<Buffer> {
  const data = new Array<string>(read.inputs.length);
  let bytes = 0;
  for (const { entry, at } of items) {
    if (entry === undefined) continue;
    const embedding = api.written(entry.answer, read.format);
    for (const index of at) data[index] = `{"object":"embedding","index":${index},"embedding":${embedding}}`;
    bytes += embedding.length;
    if (bytes < sliceBytes) continue;
    bytes = 0;
    await others();
  }
  const rest = JSON.stringify({ model, usage }).slice(1);
  return Buffer.from(`{"object":"list","data":[${data.join(',')}],${rest}`);
}

/** Nobody says how many tokens one input of many had: their lengths divide the sum. */
export function tokenShares(items: readonly Item[], total: unknown): (item: Item) => number {
  if (typeof total !== 'number') return () => 0;
  const all = items.reduce((sum, { input }) => sum + input.length, 0) || 1;
  return ({ input }) => Math.round((total * input.length) / all);
}

const sliceBytes = 1 << 20;
