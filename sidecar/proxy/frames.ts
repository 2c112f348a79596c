import type { Asked, Dialect } from '../dialects/dialect.ts';
import type { Identity } from '../lookup/identity.ts';
import { hasManyDigits, strictUtf8 } from './parse-body.ts';

/** What is read of a request, but for its last user text. */
export interface Frame {
  readonly asked: Asked;
  readonly scope: Identity['scope'];
  readonly partition: Identity['partition'];
}

export interface Framed {
  readonly frame: Frame;
  /** Undefined where the request has no loose text. */
  readonly text: string | undefined;
}

/** A body, and its bytes as Latin-1: so they are compared. */
export interface Bytes {
  readonly body: Buffer;
  readonly latin1: string;
}

interface Known extends Frame {
  readonly from: string;
  readonly dialect: Dialect;
  /** The bytes before the last user text, up to its quotation mark, and those behind it, from its quotation mark on. */
  readonly before: string;
  readonly behind: string;
}

/**
 * The last frames that requests came in. An application writes what stands around its user's words the same way each time:
 * where these bytes are known and a JSON string stands between them, it is the text, and nothing else of the request has
 * to be read again.
 */
export class Frames {
  /** The one that was found last, or learnt, moves towards the front. */
  readonly #known: Known[] = [];
  readonly #seen: { readonly from: string; readonly scope: string; readonly latin1: string }[] = [];

  /** `from` stands for all that counts of a request beside its body. */
  find(from: string, { body, latin1 }: Bytes): Framed | undefined {
    if (body.length > longest) return undefined;
    for (let at = 0; at < this.#known.length; at++) {
      const known = this.#known[at]!;
      if (!frames(known, from, latin1)) continue;
      const text = textIn(body, known);
      if (text === undefined || known.dialect.exactOnly(text) !== undefined) continue;
      if (at > 0) {
        this.#known[at] = this.#known[at - 1]!;
        this.#known[at - 1] = known;
      }
      return { frame: known, text };
    }
    return undefined;
  }

  /**
   * Takes note of a request that was read whole, as `frame` and `text`. Its frame is known from the second of its kind on;
   * `read` then reads the request with other words, which shows where they stand.
   */
  learn(
    { from, dialect }: Pick<Known, 'from' | 'dialect'>,
    { body, latin1 }: Bytes,
    { frame, text }: Framed,
    read: (body: Buffer) => Framed | undefined,
  ): void {
    if (text === undefined || body.length > longest) return;
    const before = this.#seen.findIndex((each) => each.from === from && each.scope === frame.scope);
    const [seen] = before < 0 ? [] : this.#seen.splice(before, 1);
    push(this.#seen, { from, scope: frame.scope, latin1 });
    if (seen === undefined || hasManyDigits(latin1)) return;
    const written = Buffer.from(JSON.stringify(text)).toString('latin1');
    const at = latin1.indexOf(written);
    if (at < 0) return;
    const start = at + 1;
    const end = at + written.length - 1;
    // Copies: slices would keep the whole body.
    const known: Known = {
      ...frame,
      ...{ from, dialect, before: body.toString('latin1', 0, start), behind: body.toString('latin1', end) },
    };
    if (!frames(known, from, seen.latin1)) return;
    const other = otherWords(latin1);
    const same = read(Buffer.concat([body.subarray(0, start), Buffer.from(other), body.subarray(end)]));
    if (same?.text === other && JSON.stringify(same.frame) === JSON.stringify(frame))
      push(this.#known, known);
  }

  clear(): void {
    this.#known.length = 0;
    this.#seen.length = 0;
  }
}

function frames({ from, before, behind }: Known, asker: string, latin1: string): boolean {
  return (
    latin1.length >= before.length + behind.length &&
    from === asker &&
    latin1.startsWith(before) &&
    latin1.endsWith(behind)
  );
}

/** The string that stands between; undefined where something else does, or what may be read in another way. */
function textIn(body: Buffer, { before, behind }: Known): string | undefined {
  const end = body.length - behind.length;
  const written = body.toString('latin1', before.length, end);
  if (hasManyDigits(written)) return undefined;
  if (plain.test(written)) return written;
  // Several turns, mostly.
  const quote = written.indexOf('"');
  if (quote >= 0 && written[quote - 1] !== '\\') return undefined;
  try {
    const text: unknown = JSON.parse(strictUtf8.decode(body.subarray(before.length - 1, end + 1)));
    return typeof text === 'string' && text.isWellFormed() ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Stands for itself in JSON. */
const plain = /^[ !#-[\]-~]*$/;

/** Words that are not in the body. A question, since some APIs take no other text loosely. */
function otherWords(latin1: string): string {
  let words = 'a?';
  while (latin1.includes(words)) words = words.slice(0, -1) + words;
  return words;
}

function push<Each>(list: Each[], each: Each): void {
  list.unshift(each);
  if (list.length > most) list.pop();
}

const most = 8;

/** Bytes. In a long conversation everything but the last words is another each time too. */
const longest = 16_384;
