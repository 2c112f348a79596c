import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line, Message, MessageId } from './message.ts';
import { Notebook } from './notebook.ts';
import type { Result, ResultCache } from './result-cache.ts';
import { Sequence } from './sequence.ts';
import { Surroundings } from './surroundings.ts';
import { Tools } from './tools.ts';

export interface RelayOptions {
  readonly client: Line;
  readonly server: Line;
  readonly cache: ResultCache;
  /** Tools that only read, beside those of which the server says so. */
  readonly readOnly: ReadonlySet<string>;
  /** All that makes this server another one than the next, such as its command and its environment. */
  readonly origin: unknown;
  readonly complain: (line: string) => void;
}

/** A request of the client that the server has not answered. */
type Pending =
  | { readonly kind: 'initialize' | 'list' | 'changes' }
  | { readonly kind: 'reads'; readonly reading: Reading; asked: boolean };

/** A call whose result may be kept. */
interface Reading {
  readonly tool: string;
  readonly input: unknown;
  readonly asOf: number | undefined;
  /** What was known to have changed when it was looked up. */
  readonly changes: number;
}

/** What becomes of a call: a result that is kept, or a way to the server. */
type Plan = { readonly result: Result; readonly changes: number } | { readonly pending: Pending | undefined };

/**
 * Stands between an MCP client and a server and hands every message on, in order and unchanged, but for the calls of tools
 * that only read: their results are kept, and repeated calls are answered from there.
 *
 * A call of any other tool may change what the others read: while it runs nothing is answered from the cache, and with it
 * everything that is kept of this server goes.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #tools: Tools;
  readonly #surroundings: Surroundings;
  readonly #notebook: Notebook;
  readonly #toServer: Sequence;
  readonly #toClient: Sequence;
  readonly #pending = new Map<MessageId, Pending>();
  /** Calls that are being looked up; true when the client no longer wants the answer. */
  readonly #looking = new Map<MessageId, { cancelled: boolean }>();
  /** Of this process, to the server. */
  readonly #own = new Map<MessageId, (answer: Message) => void>();
  /** Requests of the server for the client's roots. */
  readonly #rootsAsked = new Set<MessageId>();
  readonly #over = Promise.withResolvers<number>();
  #ready = false;
  #changing = 0;
  #closing = false;
  #reads = 0;
  #hits = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
    const failed = (error: unknown) => options.complain((error as Error).message);
    this.#toServer = new Sequence(failed);
    this.#toClient = new Sequence(failed);
    this.#surroundings = new Surroundings(options.origin);
    this.#tools = new Tools(options.readOnly, (cursor) => this.#ask('tools/list', { cursor }));
    this.#notebook = new Notebook(options.cache, () => this.#tools.readOnly.map(this.#nameOf));
  }

  /** @returns the exit code: 0 when the client has left, 1 when the server has. @throws when it cannot be reached. */
  async run(): Promise<number> {
    const { client, server, cache, complain } = this.#options;
    await server.start({
      message: (message) => this.#fromServer(message),
      error: (error) => complain(`server: ${error.message}`),
      closed: () => {
        if (!this.#closing) complain('the server has ended');
        void this.#end(1);
      },
    });
    await client.start({
      message: (message) => this.#fromClient(message),
      error: (error) => complain(`client: ${error.message}`),
      closed: () => void this.#end(0),
    });
    const code = await this.#over.promise;
    // Nobody will tell any more when it is done.
    if (this.#changing > 0) this.#changed();
    await this.#notebook.upToDate();
    await cache.close();
    if (this.#reads > 0)
      complain(`${this.#hits} of ${this.#reads} calls that only read were answered from the cache`);
    return code;
  }

  /** As when the client leaves. */
  async stop(): Promise<void> {
    await this.#end(0);
  }

  async #end(code: number): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    // What the server said last is still told, if somebody reads it.
    await Promise.race([this.#toClient.done(), sleep(lastWords, undefined, { ref: false })]);
    await Promise.all([this.#options.server.close(), this.#options.client.close()]);
    this.#over.resolve(code);
  }

  #fromClient(message: Message): void {
    const { id, method, params } = message;
    if (method === undefined) {
      const isRoots = id !== undefined && this.#rootsAsked.delete(id);
      this.#toServer.add(() => {
        // From here on the server works with these.
        if (isRoots) this.#surroundings.roots = message.result ?? message.error;
        return this.#send(message);
      });
      return;
    }
    if (id !== undefined && method === 'tools/call') {
      this.#call(id, message);
      return;
    }
    if (method === 'notifications/cancelled' && this.#cancelled(params?.requestId as MessageId)) return;
    const kind = method === 'initialize' ? 'initialize' : method === 'tools/list' ? 'list' : undefined;
    if (kind === 'initialize') this.#surroundings.client = params?.capabilities;
    this.#toServer.add(() => {
      if (id !== undefined && kind !== undefined) this.#pending.set(id, { kind });
      return this.#send(message);
    });
  }

  /** Whether the server knows nothing of the request. */
  #cancelled(id: MessageId): boolean {
    const looking = this.#looking.get(id);
    if (looking !== undefined) {
      looking.cancelled = true;
      return true;
    }
    const pending = this.#pending.get(id);
    if (pending?.kind !== 'changes') {
      this.#pending.delete(id);
      return false;
    }
    // It need not be answered, and a server that has begun may go on: it still changes things until it answers, or for a while.
    const over = setTimeout(() => {
      if (this.#pending.get(id) !== pending) return;
      this.#pending.delete(id);
      this.#changed();
    }, longestAfterwards);
    over.unref();
    return false;
  }

  #call(id: MessageId, message: Message): void {
    const looking = { cancelled: false };
    this.#looking.set(id, looking);
    // Looked up at once, and sent in its turn.
    const planned = this.#plan(message);
    this.#toServer.add(async () => {
      const plan = await planned;
      this.#looking.delete(id);
      if (looking.cancelled) return;
      if ('result' in plan && this.#stands(plan.changes)) {
        this.#hits++;
        return this.#tell({ jsonrpc: '2.0', id, result: plan.result });
      }
      const pending = 'pending' in plan ? plan.pending : undefined;
      if (pending !== undefined) this.#pending.set(id, pending);
      if (pending?.kind === 'changes') {
        this.#changing++;
        this.#notebook.forgetAll();
      }
      return this.#send(message);
    });
  }

  async #plan({ params = {} }: Message): Promise<Plan> {
    const { name } = params;
    if (!this.#ready || typeof name !== 'string') return { pending: { kind: 'changes' } };
    if (!(await this.#tools.isReadOnly(name))) return { pending: { kind: 'changes' } };
    this.#reads++;
    const input = this.#surroundings.inputOf(params);
    const { changes } = this.#notebook;
    // A task is not a result yet.
    if (input === undefined || this.#changing > 0) return { pending: undefined };
    const tool = this.#nameOf(name);
    const found = await this.#notebook.find(tool, input);
    if (found === undefined) return { pending: undefined };
    if (found.result !== undefined) return { result: found.result, changes };
    return { pending: { kind: 'reads', reading: { tool, input, asOf: found.asOf, changes }, asked: false } };
  }

  #fromServer(message: Message): void {
    const { id, method } = message;
    if (method === undefined) {
      const own = id === undefined ? undefined : this.#own.get(id);
      if (own !== undefined && id !== undefined) {
        this.#own.delete(id);
        own(message);
        return;
      }
      const pending = id === undefined ? undefined : this.#pending.get(id);
      if (id !== undefined) this.#pending.delete(id);
      this.#answered(pending, message);
      // Whoever hears that something was changed can tell others, and they must not find what was before.
      if (pending?.kind === 'changes') this.#toClient.add(() => this.#notebook.upToDate());
      this.#tell(message);
      return;
    }
    if (id !== undefined && method === 'roots/list') this.#rootsAsked.add(id);
    else if (id !== undefined && method !== 'ping')
      // What somebody says to it goes into the result; whose question it is, is not said everywhere.
      for (const pending of this.#pending.values()) if (pending.kind === 'reads') pending.asked = true;
    if (method === 'notifications/tools/list_changed') this.#tools.forget();
    if (isChange.has(method)) this.#notebook.forgetAll();
    this.#tell(message);
  }

  #answered(pending: Pending | undefined, { result }: Message): void {
    if (pending?.kind === 'initialize') {
      this.#surroundings.server = result;
      const { protocolVersion } = result ?? {};
      if (typeof protocolVersion === 'string') this.#options.server.agreed(protocolVersion);
      this.#ready = result !== undefined;
    } else if (pending?.kind === 'list') this.#tools.learn(result);
    else if (pending?.kind === 'changes') {
      // A task goes on changing things, and nobody need tell us when it ends: from here on nothing is kept.
      if (result?.task === undefined) this.#changed();
    } else if (pending?.kind === 'reads' && !pending.asked) this.#keep(pending.reading, result);
  }

  #keep({ tool, input, asOf, changes }: Reading, result: Message['result']): void {
    if (result === undefined || result.isError || result.task !== undefined) return;
    if (this.#stands(changes) && this.#surroundings.isStill(input))
      this.#notebook.keep(tool, input, result, asOf);
  }

  /** What a tool changed is changed; whatever was read meanwhile may be of before or after. */
  #changed(): void {
    this.#changing = Math.max(0, this.#changing - 1);
    this.#notebook.forgetAll();
  }

  #stands(changes: number): boolean {
    return this.#changing === 0 && this.#notebook.changes === changes;
  }

  /** The server's own name makes it readable in statistics; what tells servers apart is in the input. */
  #nameOf = (tool: string): string => `mcp:${this.#surroundings.name}:${tool}`.slice(0, 1_000);

  #tell(message: Message): void {
    this.#toClient.add(() => this.#options.client.send(message));
  }

  /** A request that does not get there is answered with what became of it. */
  async #send(message: Message): Promise<void> {
    const { id, method } = message;
    const sent = this.#options.server.send(message).catch((error: Error) => {
      if (id === undefined || method === undefined) throw error;
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      this.#tell({ jsonrpc: '2.0', id, error: { code: connectionClosed, message: error.message } });
      if (pending?.kind === 'changes') this.#changed();
    });
    // Over HTTP a request is sent for as long as its answer takes.
    if (id === undefined || method === undefined) await sent;
    else sent.catch(() => {});
  }

  /** A request of our own; without an answer soon, it has none. */
  async #ask(method: string, params: Record<string, unknown>): Promise<Message> {
    const id = `fourfold-${randomUUID()}`;
    const answer = Promise.withResolvers<Message>();
    this.#own.set(id, answer.resolve);
    const patience = setTimeout(() => answer.resolve({ jsonrpc: '2.0', id }), longestListing);
    try {
      await this.#options.server.send({ jsonrpc: '2.0', id, method, params });
      return await answer.promise;
    } catch {
      // Whoever called has the same trouble, and is told of it.
      return { jsonrpc: '2.0', id };
    } finally {
      clearTimeout(patience);
    }
  }
}

/** The server says so when what it reads has changed. */
const isChange: ReadonlySet<string> = new Set([
  'notifications/tools/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
]);

/** Milliseconds. */
const lastWords = 2_000;

/** Milliseconds in which a call that was cancelled may still change something. */
const longestAfterwards = 30_000;

/** As the SDK has it. */
const connectionClosed = -32_000;

/** Milliseconds. */
const longestListing = 5_000;
