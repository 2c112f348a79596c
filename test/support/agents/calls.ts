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
  async call(method: string, path: string, body?: unknown, key?: string): Promise<Answer> {
    const answer = await this.#begin(method, path, body, key);
    return { status: answer.status, body: await answer.json() };
  }

  #begin(method: string, path: string, body: unknown, key = 'test'): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: {
        Authorization: `Bearer sk-${key}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  async lookup(tool: string, input: unknown, more: object = {}, key?: string) {
    return (await this.call('POST', `/cache/tools/${tool}/lookup`, { input, ...more }, key)).body;
  }

  /** A lookup that is heard to wait for whoever executes; what it is told in the end is asked for later. */
  async waiting(tool: string, input: unknown, more: object = {}): Promise<() => Promise<Answer['body']>> {
    const answer = await this.#begin('POST', `/cache/tools/${tool}/lookup`, { input, ...more });
    return () => answer.json();
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
