export type Header = [name: string, value: string];

/** A request as bytes, exactly as told: no header is added but the framing that the body needs. */
export function request(method: string, target: string, headers: Header[], body?: string | Buffer): Buffer {
  const bytes = Buffer.from(body ?? '');
  const framing: Header[] = body === undefined ? [] : [['Content-Length', String(bytes.length)]];
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...[...headers, ...framing].map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** The same with a body in chunks of unknown total length, and trailers after it. */
export function chunked(
  method: string,
  target: string,
  headers: Header[],
  pieces: Buffer[],
  trailers: Header[] = [],
): Buffer {
  const head = request(method, target, [...headers, ['Transfer-Encoding', 'chunked']]);
  const frames = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  const end = ['0', ...trailers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([head, ...frames, Buffer.from(end)]);
}
