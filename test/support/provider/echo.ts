import type { Api } from './api.ts';

/**
 * Any other path: tells what arrived, so that a request sent through a proxy can be compared with one sent straight.
 * Without the headers that each connection has of its own; the body's length is told for itself.
 */
export const echo: Api = {
  name: 'echo',
  answers: () => true,
  answer(request, behaviour) {
    const { method, path, rawHeaders, trailers, bodyLength, bodySha256 } = request;
    const headers = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []));
    const told = {
      method,
      path,
      headers: headers.filter(([name]) => !ofTheConnection.test(name ?? '')),
      trailers,
      body: { length: bodyLength, sha256: bodySha256 },
    };
    return {
      status: behaviour.status ?? 200,
      headers: [
        ['Content-Type', 'application/json'],
        ['X-Echo', 'yes'],
      ],
      pieces: [Buffer.from(JSON.stringify(told))],
      stream: false,
    };
  },
};

const ofTheConnection =
  /^(host|connection|keep-alive|proxy-connection|te|upgrade|content-length|transfer-encoding)$/i;
