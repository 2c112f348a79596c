import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Settings } from '../../crds/settings.ts';
import { request as httpRequest } from '../node-http.ts';
import { providerOf } from './routing.ts';
import { refusalOf, upstreamTarget } from './upstream.ts';

/**
 * Only WebSocket is a switch for us; any other offer (`h2c` of an HTTP/2 client, for one) may be ignored by a server
 * (RFC 9110, section 7.8), and the request is answered in HTTP/1.1.
 */
export function isTunnel({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * A protocol switch (WebSocket, for realtime APIs) is joined to the provider's connection, byte for byte. The HTTP server
 * no longer knows such connections, so they are kept here, to be cut when the process ends.
 */
export class Tunnels {
  readonly #settings: () => Pick<Settings, 'upstreams' | 'timeouts'>;
  readonly #open = new Set<Duplex>();

  constructor(settings: () => Pick<Settings, 'upstreams' | 'timeouts'>) {
    this.#settings = settings;
  }

  cut(): void {
    for (const end of this.#open) end.destroy();
  }

  join(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const { upstreams, timeouts } = this.#settings();
    const kind = providerOf(request);
    const target = upstreamTarget(upstreams[kind], kind, request);
    if (refusalOf(target, request.rawHeaders) !== undefined) {
      refuse(client, '502 Bad Gateway');
      return;
    }
    const { origin, path } = target;
    const url = new URL(origin);
    const headers: [string, string][] = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      const name = request.rawHeaders[i] as string;
      if (!/^(host$|proxy-authorization$|x-fourfold-)/i.test(name))
        headers.push([name, request.rawHeaders[i + 1] as string]);
    }
    const call = (url.protocol === 'https:' ? httpsRequest : httpRequest)(origin, {
      method: request.method ?? 'GET',
      path,
      headers: [['Host', url.host], ...headers].flat(),
    });
    const giveUp = () => client.destroy();
    const late = setTimeout(
      () => {
        refuse(client, '504 Gateway Timeout');
        call.destroy();
      },
      (timeouts.connectSeconds + timeouts.firstByteSeconds) * 1000,
    );
    const inTime = () => clearTimeout(late);
    call.once('upgrade', inTime).once('response', inTime).once('close', inTime);
    this.#keep(client);
    call.on('upgrade', (response, provider, providerHead) => {
      this.#keep(provider);
      client.write(`${statusLine(response)}${rawLines(response)}\r\n`);
      client.write(providerHead);
      provider.write(head);
      client.on('error', () => provider.destroy()).pipe(provider);
      provider.on('error', () => client.destroy()).pipe(client);
    });
    // The provider declines: its answer goes back as it is, and the connection ends with it.
    call.on('response', (response) => {
      client.write(`${statusLine(response)}${rawLines(response, ofOneConnection)}Connection: close\r\n\r\n`);
      response.on('error', giveUp).pipe(client);
    });
    call.on('error', () => refuse(client, '502 Bad Gateway'));
    client.on('close', () => call.destroy()).on('error', giveUp);
    call.end();
  }

  /** Of a client that has asked too often. `retryAfter`: seconds. */
  refuse(client: Duplex, retryAfter: number): void {
    refuse(client, `429 Too Many Requests\r\nRetry-After: ${retryAfter}`);
  }

  #keep(end: Duplex): void {
    this.#open.add(end);
    end.once('close', () => this.#open.delete(end));
  }
}

/** A client that has had an answer, or is gone, gets no second one. */
function refuse(client: Duplex, status: string): void {
  if (client.writable) client.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const statusLine = ({ statusCode, statusMessage }: IncomingMessage): string =>
  `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;

function rawLines({ rawHeaders }: IncomingMessage, without?: ReadonlySet<string>): string {
  let lines = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!without?.has(rawHeaders[i]?.toLowerCase() ?? ''))
      lines += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  }
  return lines;
}

const ofOneConnection = new Set(['connection', 'keep-alive', 'transfer-encoding']);
