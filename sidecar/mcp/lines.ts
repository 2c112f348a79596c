import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Line, Message } from './message.ts';

/** The transports of the official SDK, as lines. The one file that knows it. */

/** To the client that started this process; it closes when the client closes its end. */
export function clientLine(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): Line {
  const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: largestMessage });
  for (const end of ['end', 'close']) stdin.once(end, () => void transport.close());
  // The client is gone; nobody reads what is written.
  stdout.once('error', () => void transport.close());
  return lineOf(transport, () => transport.close());
}

/** To a server that is started as a process of its own, with this environment. */
export function commandLine(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Line {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    stderr: 'inherit',
    maxBufferSize: largestMessage,
  });
  return lineOf(transport, () => transport.close());
}

/** To a server behind a URL (streamable HTTP). */
export function httpLine(url: URL, headers: Readonly<Record<string, string>>): Line {
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  return lineOf(transport, async () => {
    await transport.terminateSession().catch(() => {});
    await transport.close();
  });
}

function lineOf(transport: Transport, close: () => Promise<void>): Line {
  return {
    async start({ message, error, closed }) {
      let isClosed = false;
      transport.onmessage = (received) => message(received as Message);
      transport.onerror = error;
      transport.onclose = () => {
        if (isClosed) return;
        isClosed = true;
        closed();
      };
      await transport.start();
    },
    send: (message) => transport.send(message as JSONRPCMessage),
    agreed: (version) => transport.setProtocolVersion?.(version),
    close,
  };
}

/** Bytes. Larger than what the SDK itself takes: who asks without us decides that for himself. */
const largestMessage = 256 * 1024 * 1024;
