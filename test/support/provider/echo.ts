import type { Api } from './api.ts';

/** Any other path: tells what arrived, so that a request sent through a proxy can be compared with one sent straight. */
export const echo: Api = {
  name: 'echo',
  answers: () => true,
  answer(request, behaviour) {
    const told = {
      method: request.method,
      path: request.path,
      headers: request.rawHeaders,
      trailers: request.trailers,
      body: { length: request.bodyLength, sha256: request.bodySha256 },
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
