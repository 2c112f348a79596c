/**
 * Goes on with an event stream that broke off, by another answer to the same question: where the other answer says so far,
 * word for word, what has been said already, its rest is the rest. Where it says anything else nothing can be put together
 * honestly, and the stream stays broken.
 *
 * Events are compared by what they mean to the reader: their text, joined over events, and the frame around it without what
 * differs from call to call (ids, times, counts). Ids of the first answer are kept to the end, so that the reader sees one.
 */
export class Resumption {
  readonly #said: Token[];
  readonly #oldIds: readonly string[];
  readonly #oldTime: string | undefined;
  readonly #newIds = new Set<string>();
  #at = 0;
  #offset = 0;
  #rest = '';

  /** Of whole events only. @throws DivergedError where it holds what cannot be compared. */
  constructor(said: string) {
    this.#said = [];
    const ids = new Set<string>();
    for (const event of splitEvents(said).events) {
      const read = readEvent(event);
      if (read === undefined) continue;
      for (const id of read.ids) ids.add(id);
      this.#oldTime ??= timeIn(event);
      append(this.#said, read);
    }
    this.#oldIds = [...ids];
  }

  /** What of the other answer's bytes goes on. @throws DivergedError */
  push(text: string): string {
    const { events, rest } = splitEvents(this.#rest + text);
    this.#rest = rest;
    return events.map((event) => this.#continue(event)).join('');
  }

  /** Whether all that was said has been said again. */
  get caughtUp(): boolean {
    return this.#at >= this.#said.length;
  }

  #continue(event: string): string {
    const read = readEvent(event);
    if (read === undefined) return this.caughtUp ? event : '';
    for (const id of read.ids) this.#newIds.add(id);
    if (this.caughtUp) return this.#asBefore(event);
    const token = this.#said[this.#at] as Token;
    if (token.frame !== read.frame) throw new DivergedError();
    if (token.text === '' || read.text === '') {
      if (token.text === read.text) this.#at++;
      // A run of text may hold events that add nothing.
      else if (token.text === '') throw new DivergedError();
      return '';
    }
    const left = token.text.slice(this.#offset);
    if (left.startsWith(read.text)) {
      this.#offset += read.text.length;
      if (this.#offset < token.text.length) return '';
      this.#next();
      return '';
    }
    const last = this.#at === this.#said.length - 1;
    if (!last || !read.text.startsWith(left)) throw new DivergedError();
    this.#next();
    return this.#asBefore(read.from(left.length));
  }

  #next(): void {
    this.#at++;
    this.#offset = 0;
  }

  /** The k-th id of the other answer is the k-th id of the first. */
  #asBefore(event: string): string {
    let same = event;
    for (const [at, id] of [...this.#newIds].entries()) {
      const before = this.#oldIds[at];
      if (before !== undefined && before !== id)
        same = same.replaceAll(JSON.stringify(id), JSON.stringify(before));
    }
    return this.#oldTime === undefined ? same : same.replace(time, (_, name) => `${name}${this.#oldTime}`);
  }
}

export class DivergedError extends Error {
  override readonly name = 'DivergedError';
  constructor() {
    super('the provider answered differently when it was asked again');
  }
}

/** Whole events, each with the empty line that ends it, and what follows. */
export function splitEvents(text: string): { events: string[]; rest: string } {
  const events: string[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(/\r\n\r\n|\n\n|\r\r/g)) {
    events.push(text.slice(start, index + end.length));
    start = index + end.length;
  }
  return { events, rest: text.slice(start) };
}

/** A stretch of text within one frame, or an event without text. */
interface Token {
  readonly frame: string;
  text: string;
}

interface ReadEvent extends Token {
  readonly ids: readonly string[];
  /** The event with its text from that letter on. */
  from(letter: number): string;
}

function append(tokens: Token[], { frame, text }: Token): void {
  const last = tokens.at(-1);
  if (last?.frame === frame && last.text !== '') last.text += text;
  else tokens.push({ frame, text });
}

/** Undefined for what says nothing: comments, pings. */
function readEvent(event: string): ReadEvent | undefined {
  const lines = event.split(/\r\n|\n|\r/);
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
  if (data.length === 0) return undefined;
  const whole = data.join('\n');
  let parsed: unknown;
  try {
    parsed = JSON.parse(whole);
  } catch {
    return { frame: whole, text: '', ids: [], from: () => event };
  }
  if ((parsed as { type?: unknown } | null)?.type === 'ping') return undefined;
  const ids: string[] = [];
  const texts: { holder: Record<string, unknown>; key: string; text: string }[] = [];
  const frame = JSON.stringify(parsed, function (this: Record<string, unknown>, key, value) {
    if (idFields.has(key) && typeof value === 'string' && value.length > 3) {
      ids.push(value);
      return undefined;
    }
    if (volatile.has(key)) return undefined;
    if (!textFields.has(key) || typeof value !== 'string') return value;
    texts.push({ holder: this, key, text: value });
    return '';
  });
  // With two texts in one event it cannot be said where one of them goes on.
  const filled = texts.filter(({ text }) => text !== '');
  const [one] = filled;
  if (filled.length > 1 || one === undefined) {
    const all = filled.map(({ text }) => text).join('\n');
    return { frame: `${frame}${all}`, text: '', ids, from: () => event };
  }
  return {
    frame,
    text: one.text,
    ids,
    from(letter) {
      one.holder[one.key] = one.text.slice(letter);
      const name = lines.find((line) => line.startsWith('event:'));
      return `${name === undefined ? '' : `${name}\n`}data: ${JSON.stringify(parsed)}\n\n`;
    },
  };
}

const time = /("created(?:_at)?":\s*)\d+/;
const timeIn = (event: string): string | undefined => time.exec(event)?.[0].match(/\d+$/)?.[0];

/** Where the providers' events carry what the model says. */
const textFields = new Set([
  ...['content', 'text', 'delta', 'arguments', 'partial_json', 'thinking', 'reasoning_content', 'refusal'],
]);

/** What names an answer, or a part of it. */
const idFields = new Set(['id', 'item_id', 'response_id', 'responseId']);

/** What differs from call to call and means nothing to who reads the answer. */
const volatile = new Set([
  ...['created', 'created_at', 'completed_at', 'createTime', 'system_fingerprint', 'service_tier'],
  ...['obfuscation', 'sequence_number', 'usage', 'usageMetadata', 'logprobs'],
]);
