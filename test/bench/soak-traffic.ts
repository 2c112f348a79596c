import { chat, markerOf, random, unrelated } from './texts.ts';

export interface SoakRequest {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly expect: string;
}

const json = { 'content-type': 'application/json' };
const completions = '/v1/chat/completions';

/**
 * Without end, another mixture for each seed: questions new and asked before, short and up to megabytes, answered in JSON
 * and as streams, and uploads on a path that is not cached. Large bodies are rarer, so that each size moves about as many
 * bytes.
 */
export function* soakTraffic(seed: number): Generator<SoakRequest> {
  const next = random(seed + 100);
  const question = unrelated(seed + 200);
  const asked: string[] = [];
  const filler = 'all of it, as it was written down at the time, word for word, and then some more; ';
  for (;;) {
    const dice = next();
    const bytes = size(next());
    const known = asked[Math.floor(next() * asked.length)];
    const text = dice < 0.4 && known !== undefined ? known : question();
    if (text !== known) {
      asked.push(text);
      if (asked.length > 500) asked.splice(Math.floor(next() * 500), 1);
    }
    const expect = markerOf(text);
    if (dice < 0.4)
      yield { name: 'asked before', path: completions, headers: json, body: chat(text), expect };
    else if (dice < 0.55) yield { name: 'new', path: completions, headers: json, body: chat(text), expect };
    else if (dice < 0.7) {
      const body = chat(text, { stream: true });
      yield { name: 'new, as a stream', path: completions, headers: json, body, expect: 'data: [DONE]' };
    } else if (dice < 0.8) {
      const body = chat(text, { bytes });
      yield { name: `answer of ${label(bytes)}`, path: completions, headers: json, body, expect };
    } else if (dice < 0.85) {
      const body = chat(text, { bytes, stream: true });
      yield {
        name: `streamed answer of ${label(bytes)}`,
        path: completions,
        headers: json,
        body,
        expect: 'data: [DONE]',
      };
    } else if (dice < 0.95) {
      const long = `${text} ${filler.repeat(Math.ceil(bytes / filler.length)).slice(0, bytes)}`;
      yield {
        name: `question of ${label(bytes)}`,
        path: completions,
        headers: json,
        body: chat(long),
        expect: markerOf(long),
      };
    } else {
      const headers = { 'content-type': 'application/octet-stream' };
      yield {
        name: `upload of ${label(bytes)}`,
        path: '/v1/files',
        headers,
        body: Buffer.alloc(bytes, 7),
        expect: `{"bytes":${bytes}}`,
      };
    }
  }
}

/** 1 kB to 10 MB, a power of ten each with its share. */
function size(dice: number): number {
  if (dice < 0.85) return 1_000;
  if (dice < 0.96) return 10_000;
  if (dice < 0.99) return 100_000;
  if (dice < 0.998) return 1_000_000;
  return 10_000_000;
}

const label = (bytes: number): string =>
  bytes < 1_000_000 ? `${bytes / 1_000} kB` : `${bytes / 1_000_000} MB`;
