import { type Behaviour, type Provider, startProvider } from './provider/index.ts';
import { type SidecarProcess, startSidecar, upstreams } from './sidecar.ts';
import { exchange, type Header, header, request } from './wire/index.ts';

/** A provider and the sidecar before it, and chat requests sent through. */
export interface Chat {
  readonly provider: Provider;
  readonly sidecar: SidecarProcess;
  /** A question, or the fields of a request body in place of the usual ones. */
  ask(question: string | object, more?: Asking): Promise<Reply>;
  close(): Promise<void>;
}

export interface Asking {
  /** Whose key is used: each has a partition of its own. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further fields of the body. */
  readonly body?: object;
  /** The body as it stands, in place of the question. */
  readonly raw?: string | Buffer;
  readonly path?: string;
  readonly timeoutMs?: number;
}

export interface Reply {
  readonly status: number;
  readonly phase: string | undefined;
  readonly reason: string | undefined;
  readonly similarity: string | undefined;
  readonly entry: string | undefined;
  readonly age: string | undefined;
  readonly cacheStatus: string | undefined;
  readonly body: string;
  readonly json: Completion;
  header(name: string): string | undefined;
}

/** The fields that tests look at, of an answer or of an error. */
export interface Completion {
  readonly id: string;
  readonly choices: readonly { message: { content: string }; finish_reason: string }[];
  readonly usage: object;
  readonly error: { message: string; type: string; param: string | null; code: string | null };
}

/** What the model says in a JSON answer. */
export const said = ({ json }: Reply): string => json.choices[0]?.message.content ?? '';

export async function startChat(
  settings: Record<string, string> = {},
  options: { model?: boolean; always?: Behaviour; provider?: Provider } = {},
): Promise<Chat> {
  const provider =
    options.provider ?? (await startProvider(options.always ? { always: options.always } : {}));
  const sidecar = await startSidecar({ ...upstreams(provider.url), ...settings }, options);
  return {
    provider,
    sidecar,
    ask: (question, more = {}) => ask(sidecar.url, question, more),
    async close() {
      await sidecar.close();
      if (options.provider === undefined) await provider.close();
    },
  };
}

export async function ask(url: string, question: string | object, more: Asking = {}): Promise<Reply> {
  const answer = await exchange(url, chatRequest(question, more), more.timeoutMs);
  const body = answer.response?.body.toString() ?? '';
  const of = (name: string) => header(answer, name);
  return {
    status: answer.end === 'complete' ? (answer.response?.status ?? 0) : 0,
    phase: of('x-fourfold-phase'),
    reason: of('x-fourfold-reason'),
    similarity: of('x-fourfold-similarity'),
    entry: of('x-fourfold-entry'),
    age: of('age'),
    cacheStatus: of('cache-status'),
    body,
    get json() {
      return JSON.parse(body) as Completion;
    },
    header: of,
  };
}

export function chatRequest(question: string | object, more: Asking = {}): Buffer {
  const asked =
    typeof question === 'string'
      ? { model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }
      : { model: 'gpt-4o-mini', ...question };
  const headers: Header[] = [
    ['Host', 'provider.test'],
    ['Authorization', `Bearer sk-${more.key ?? 'test'}`],
    ['Content-Type', 'application/json'],
    ...Object.entries(more.headers ?? {}),
  ];
  return request(
    'POST',
    more.path ?? '/v1/chat/completions',
    headers,
    more.raw ?? JSON.stringify({ ...asked, ...more.body }),
  );
}
