import type { Message } from './message.ts';

interface Listed {
  readonly tools?: readonly {
    readonly name?: unknown;
    readonly annotations?: { readonly readOnlyHint?: unknown };
  }[];
  readonly nextCursor?: unknown;
}

/** Which tools of a server only read, as it says itself (`readOnlyHint`), or as the user of the wrapper does. */
export class Tools {
  readonly #declared: ReadonlySet<string>;
  readonly #list: (cursor: string | undefined) => Promise<Message>;
  #known = new Map<string, boolean>();
  /** Also of lists that are forgotten by now: their results may still be kept. */
  readonly #readOnly: Set<string>;
  #listing: Promise<void> | undefined;

  /** `list`: one page of `tools/list`, asked of the server. */
  constructor(declared: ReadonlySet<string>, list: (cursor: string | undefined) => Promise<Message>) {
    this.#declared = declared;
    this.#readOnly = new Set(declared);
    this.#list = list;
  }

  /** From any page of `tools/list`, whoever asked for it. */
  learn(result: Message['result']): void {
    for (const { name, annotations } of (result as Listed | undefined)?.tools ?? [])
      if (typeof name === 'string') {
        const isReadOnly = annotations?.readOnlyHint === true;
        this.#known.set(name, isReadOnly);
        if (isReadOnly) this.#readOnly.add(name);
      }
  }

  forget(): void {
    this.#known = new Map();
    this.#listing = undefined;
  }

  /** What is not known is asked for, once. A tool that nobody declared changes something. */
  async isReadOnly(name: string): Promise<boolean> {
    if (this.#declared.has(name)) return true;
    if (!this.#known.has(name)) {
      this.#listing ??= this.#listAll();
      await this.#listing;
    }
    return this.#known.get(name) ?? false;
  }

  /** Of whose results some may be kept. */
  get readOnly(): readonly string[] {
    return [...this.#readOnly];
  }

  async #listAll(): Promise<void> {
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const { result } = await this.#list(cursor);
      this.learn(result);
      const { nextCursor } = (result ?? {}) as Listed;
      if (typeof nextCursor !== 'string') return;
      cursor = nextCursor;
    }
  }
}

const mostPages = 100;
