import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Settings } from '../../crds/settings.ts';
import { upstreamTarget } from './upstream.ts';

/** A protocol switch (WebSocket, for realtime APIs) is joined to the provider's connection, byte for byte. */
export function tunnel(upstreams: () => Settings['upstreams']) {
  return (request: IncomingMessage, client: Duplex, head: Buffer): void => {
    const { origin, path } = upstreamTarget(upstreams().openai, 'openai', request);
    const url = new URL(origin);
    const headers: [string, string][] = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      const name = request.rawHeaders[i] as string;
      if (name.toLowerCase() !== 'host') headers.push([name, request.rawHeaders[i + 1] as string]);
    }
    const call = (url.protocol === 'https:' ? httpsRequest : httpRequest)(origin, {
      method: request.method ?? 'GET',
      path,
      headers: [['Host', url.host], ...headers].flat(),
    });
    const giveUp = () => client.destroy();
    call.on('upgrade', (response, provider, providerHead) => {
      client.write(`${statusLine(response)}${rawLines(response)}\r\n`);
      client.write(providerHead);
      provider.write(head);
      client.on('error', () => provider.destroy()).pipe(provider);
      provider.on('error', () => client.destroy()).pipe(client);
    });
    // The provider declines: its answer goes back as it is, and the connection ends with it.
    call.on('response', (response) => {
      client.write(
        `${statusLine(response)}${rawLines(response, 'transfer-encoding')}Connection: close\r\n\r\n`,
      );
      response.on('error', giveUp).pipe(client);
    });
    call.on('error', () =>
      client.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
    );
    client.on('close', () => call.destroy()).on('error', giveUp);
    call.end();
  };
}

const statusLine = ({ statusCode, statusMessage }: IncomingMessage): string =>
  `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;

function rawLines({ rawHeaders }: IncomingMessage, without?: string): string {
  let lines = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== without) lines += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  }
  return lines;
}
