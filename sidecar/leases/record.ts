/** A piece of a shared answer on its way to other sidecars. */
export type FlightRecord =
  | { readonly kind: 'head'; readonly head: PublishedHead }
  | { readonly kind: 'data'; readonly chunk: Buffer }
  | { readonly kind: 'end'; readonly trailers: readonly string[] }
  /** Not an answer to share: the others ask for themselves. With the status that the provider gave, if it gave one. */
  | { readonly kind: 'failed'; readonly status?: number | undefined };

export interface PublishedHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly string[];
  /** What became of the answer in the cache, where that was known when the head went out. */
  readonly outcome?:
    | { readonly entry?: string | undefined; readonly reason?: string | undefined }
    | undefined;
}

const kinds = ['head', 'data', 'end', 'failed'] as const;

/** One byte for the kind, then the body: raw for data, else JSON. */
export function encode(record: FlightRecord): Buffer {
  const kind = Buffer.of(kinds.indexOf(record.kind));
  switch (record.kind) {
    case 'data':
      return Buffer.concat([kind, record.chunk]);
    case 'head':
      return Buffer.concat([kind, Buffer.from(JSON.stringify(record.head))]);
    case 'end':
      return Buffer.concat([kind, Buffer.from(JSON.stringify(record.trailers))]);
    case 'failed':
      return Buffer.concat([kind, Buffer.from(String(record.status ?? ''))]);
  }
}

/** Only of bytes that `encode` wrote; their seal is what makes sure of that. */
export function decode(bytes: Buffer): FlightRecord {
  const kind = kinds[bytes[0] ?? -1];
  const body = bytes.subarray(1);
  switch (kind) {
    case 'data':
      return { kind, chunk: body };
    case 'head':
      return { kind, head: JSON.parse(body.toString()) as PublishedHead };
    case 'end':
      return { kind, trailers: JSON.parse(body.toString()) as string[] };
    case 'failed':
      return { kind, status: body.length === 0 ? undefined : Number(body) };
    default:
      throw new Error('a record of an unknown kind');
  }
}
