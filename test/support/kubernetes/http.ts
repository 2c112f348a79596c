import { request as ask } from 'node:https';

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever Kubernetes says
  readonly body: any;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  /** For a PATCH: `application/merge-patch+json` unless told; `application/apply-patch+yaml` is server-side apply. */
  readonly contentType?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request to an API server, without a client library: what a test asserts on is the server's own answer. */
export function request(
  server: { readonly server: string; readonly ca: string; readonly token: string },
  path: string,
  { method = 'GET', body, contentType, token = server.token, headers = {} }: Asked = {},
): Promise<Answer> {
  const type = contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
  return new Promise((resolve, reject) => {
    const outgoing = ask(
      new URL(path, server.server),
      {
        method,
        ca: server.ca,
        timeout: 30_000,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': type }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in 30 s`)));
    outgoing.on('error', reject);
    outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
