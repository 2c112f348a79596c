import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult, ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';

/** Unmodified clients and servers of the Model Context Protocol, and `fourfold mcp` between them. */
const cli = fileURLToPath(new URL('../../../cli.ts', import.meta.url));
const official = (name: string) =>
  join(
    dirname(createRequire(import.meta.url).resolve(`@modelcontextprotocol/${name}/package.json`)),
    'dist/index.js',
  );

export const everything = [process.execPath, official('server-everything')];
export const filesystem = (folder: string) => [process.execPath, official('server-filesystem'), folder];
export const counting = [process.execPath, fileURLToPath(new URL('counting-server.ts', import.meta.url))];
export const wrapped = (flags: readonly string[], server: readonly string[]) => [
  process.execPath,
  cli,
  'mcp',
  ...flags,
  '--',
  ...server,
];
export const wrappedUrl = (flags: readonly string[], url: string) => [
  process.execPath,
  cli,
  'mcp',
  ...flags,
  '--url',
  url,
];

export interface Connected {
  readonly client: Client;
  /** Of the process that the client started. */
  readonly pid: number;
  /** What that process and its own said on standard error. */
  readonly said: () => string;
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: Parameters<Client['callTool']>[2],
  ): Promise<CallToolResult>;
  /** The text of its first content. */
  text(name: string, args?: Record<string, unknown>): Promise<string>;
}

/** A client of a server behind a URL (streamable HTTP), with nothing between them. */
export async function connectUrl(url: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

export async function connect(
  [command = '', ...args]: readonly string[],
  options: {
    readonly capabilities?: ClientCapabilities;
    readonly env?: Record<string, string>;
    /** Before anything is said. */
    readonly prepare?: (client: Client) => void;
  } = {},
): Promise<Connected> {
  const { capabilities = {}, env = {}, prepare = () => {} } = options;
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities });
  prepare(client);
  const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' });
  let said = '';
  (transport.stderr as PassThrough).on('data', (chunk) => {
    said += chunk;
  });
  await client.connect(transport);
  const call: Connected['call'] = async (name, args = {}, options) =>
    (await client.callTool({ name, arguments: args }, undefined, options)) as CallToolResult;
  return {
    client,
    pid: transport.pid ?? 0,
    said: () => said,
    call,
    async text(name, args) {
      const [content] = (await call(name, args)).content;
      if (content?.type !== 'text') throw new Error(`expected a text, found ${JSON.stringify(content)}`);
      return content.text;
    },
  };
}
