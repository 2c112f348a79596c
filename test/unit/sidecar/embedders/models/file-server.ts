import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  readonly base: string;
  /** Method, path and range of every request. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves bytes by path, with ranges; `handle` may answer otherwise. */
export async function fileServer(
  files: Readonly<Record<string, Buffer>>,
  handle?: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? 'whole'}`);
    if (handle?.(request, response)) return;
    const bytes = files[request.url ?? ''];
    if (bytes === undefined) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200).end(bytes.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
