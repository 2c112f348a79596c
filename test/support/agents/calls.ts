/** What agents say to a sidecar: `/cache/tools`, `/cache/memories` and `/cache/executions`. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what these tests look at
  readonly body: any;
}

export class Agents {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** `key`: whose API key is used; each has a partition of its own. A body that is a text is sent as it stands. */
  async call(method: string, path: string, body?: unknown, key = 'test'): Promise<Answer> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        Authorization: `Bearer sk-${key}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  async lookup(tool: string, input: unknown, more: object = {}, key?: string) {
    return (await this.call('POST', `/cache/tools/${tool}/lookup`, { input, ...more }, key)).body;
  }

  keep(tool: string, input: unknown, result: unknown, more: object = {}, key?: string) {
    return this.call('PUT', `/cache/tools/${tool}`, { input, result, success: true, ...more }, key);
  }

  async recall(query: string, tags: readonly string[], more: object = {}, key?: string) {
    return (await this.call('POST', '/cache/memories/lookup', { query, tags, k: 10, ...more }, key)).body;
  }

  memorize(
    query: string,
    tags: readonly string[],
    results: readonly object[],
    more: object = {},
    key?: string,
  ) {
    return this.call('PUT', '/cache/memories', { query, tags, results, ...more }, key);
  }

  async written(ids: readonly (string | number)[], key?: string): Promise<number> {
    return (await this.call('POST', '/cache/memories/written', { ids }, key)).body.removed;
  }
}

export const idsOf = (...ids: readonly (string | number)[]) => ids.map((id) => ({ id }));
