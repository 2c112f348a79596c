import { Pool } from 'undici';
import { chat } from '../texts.ts';
import type { Pair, Request } from './data.ts';
import type { Decision, PairDecision, StreamDecision } from './decision.ts';

const found = new Set(['fingerprint', 'near-miss', 'exact', 'semantic']);

/** Puts the questions of the sets to a sidecar, one after another within a lane. */
export class Asker {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool(url, { connections: 4, pipelining: 1 });
  }

  /** Each pair in a partition of its own: the answer to `a` is stored, and `b` finds it or does not. */
  async pairs(pairs: readonly Pair[]): Promise<Map<string, PairDecision>> {
    const decisions = new Map<string, PairDecision>();
    const waiting = pairs.values();
    const lane = async () => {
      for (const { id, a, b } of waiting) {
        const first = await this.#ask(a, `pair-${id}`);
        const { entry, ...decision } = await this.#ask(b, `pair-${id}`);
        if (decision.hit && entry !== first.entry) throw new Error(`${id}: an answer from nowhere`);
        decisions.set(id, { id, ...decision });
      }
    };
    // A few at once keep the cores busy; more would only wait for the embedder, and some beyond its deadline.
    await Promise.all([lane(), lane(), lane()]);
    return decisions;
  }

  /** In order from an empty partition; a miss is stored by itself. */
  async stream(name: string, requests: readonly Request[]): Promise<Map<number, StreamDecision>> {
    const decisions = new Map<number, StreamDecision>();
    const storedBy = new Map<string, number>();
    for (const { i, prompt } of requests) {
      const { entry, ...decision } = await this.#ask(prompt, name);
      const match = decision.hit && entry !== undefined ? storedBy.get(entry) : undefined;
      if (decision.hit && match === undefined) throw new Error(`${name} ${i}: an answer from nowhere`);
      if (!decision.hit && entry !== undefined) storedBy.set(entry, i);
      decisions.set(i, { i, match, ...decision });
    }
    return decisions;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #ask(text: string, tenant: string): Promise<Decision & { entry: string | undefined }> {
    const { statusCode, headers, body } = await this.#pool.request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sk-bench',
        'x-fourfold-tenant': tenant,
      },
      body: chat(text),
    });
    await body.dump();
    if (statusCode !== 200) throw new Error(`status ${statusCode} for a question of ${tenant}`);
    const phase = String(headers['x-fourfold-phase']);
    const similarity = headers['x-fourfold-similarity'];
    const entry = headers['x-fourfold-entry'];
    return {
      hit: found.has(phase),
      phase,
      score: similarity === undefined ? undefined : Number(similarity),
      entry: entry === undefined ? undefined : String(entry),
    };
  }
}
