import { describe, expect, it } from 'vitest';
import type {
  Asked,
  Dialect,
  ErrorKind,
  Form,
  JsonObject,
  Recording,
} from '../../sidecar/dialects/dialect.ts';
import type { UnstoredReason } from '../../sidecar/reasons.ts';
import { type IdentityExample, identitySuite } from './identity.suite.ts';

/** What a dialect's author writes down of the provider's published format; the suite does the rest. */
export interface DialectExamples {
  readonly serves: readonly (readonly [method: string, path: string])[];
  readonly leaves: readonly (readonly [method: string, path: string])[];
  /** Of the requests below, without the query. */
  readonly path: string;
  /** Where path or query says the form: those of the requests that are not JSON. */
  readonly at?: {
    readonly [Each in Exclude<Form, 'json'>]?: { readonly path: string; readonly query: string };
  };
  /** Whether a stream tells its usage always, or on request (`streamWithUsage`). */
  readonly usage: 'always' | 'on request';
  readonly identities: readonly IdentityExample[];
  /** Request bodies that ask for the same answer in each form. */
  readonly requests: {
    readonly json: JsonObject;
    readonly stream: JsonObject;
    readonly streamWithUsage: JsonObject;
    /** Of APIs that have this form. */
    readonly array?: JsonObject;
  };
  readonly answers: readonly Answer[];
  /** The ids that the events of a stream name, one for each event that has one. */
  ids(stream: string): string[];
  /** Whether a stream tells how many tokens it took. */
  tellsUsage(stream: string): boolean;
  /** How often the stream says that it is over. */
  ends(stream: string): number;
}

/** One answer as it was seen on the wire. */
export interface Answer {
  readonly name: string;
  readonly form: Form;
  readonly bytes: string | Buffer;
  readonly becomes:
    | { readonly message: object; readonly tokens: number; readonly toolCalls?: boolean }
    | UnstoredReason;
}

const errorKinds: readonly ErrorKind[] = [
  'bad-request',
  'upstream-unreachable',
  'upstream-timeout',
  'not-cached',
  'internal',
];

/** Every dialect passes it: what it records at any split, what it writes, that the two agree, and what counts of a request. */
export function dialectSuite(dialect: Dialect, examples: DialectExamples): void {
  const asked = (request: JsonObject, at = { path: examples.path, query: '' }): Asked =>
    dialect.read(request, { conversation: 'strict', identifyUser: true, ...at }).asked;
  const json = asked(examples.requests.json);
  const stream = asked(examples.requests.stream, examples.at?.stream);
  const withUsage = asked(examples.requests.streamWithUsage, examples.at?.stream);
  const array = examples.requests.array && asked(examples.requests.array, examples.at?.array);
  const record = (form: Form, ...pieces: Uint8Array[]): Recording => {
    const recorder = dialect.recorder(form);
    for (const piece of pieces) recorder.push(piece);
    return recorder.end();
  };
  const recorded = (form: Form, bytes: Uint8Array) => {
    const recording = record(form, bytes);
    if ('unstored' in recording) throw new Error(`not stored: ${recording.unstored}`);
    return recording;
  };

  /** Where the terminal event of a stream is complete; after the last word where it has none. */
  const endOf = (wire: Uint8Array): number => {
    const recorder = dialect.recorder('stream');
    const end = wire.findIndex((byte) => {
      recorder.push(Uint8Array.of(byte));
      return recorder.complete;
    });
    return end < 0 ? wire.toString().trimEnd().length : end;
  };

  it.each(examples.serves)('serves %s %s', (method, path) => expect(dialect.serves(method, path)).toBe(true));
  it.each(examples.leaves)('leaves %s %s alone', (method, path) =>
    expect(dialect.serves(method, path)).toBe(false),
  );

  it('reads one question in three forms', () => {
    expect([json.form, stream.form, withUsage.form]).toEqual(['json', 'stream', 'stream']);
    if (examples.usage === 'on request')
      expect([json.withUsage, stream.withUsage, withUsage.withUsage]).toEqual([false, false, true]);
    expect([stream.text, withUsage.text]).toEqual([json.text, json.text]);
    if (array !== undefined) expect([array.form, array.text]).toEqual(['array', json.text]);
  });

  it('composes an answer that it would keep, and that is told in each form', () => {
    const words = 'In Cardiff, "the capital".';
    const answer = dialect.compose?.(words, { id: 'abc', model: 'some-model', seconds: 1_700_000_000 });
    const { answer: kept, ...about } = recorded('json', Buffer.from(JSON.stringify(answer)));
    expect(about).toEqual({ tokens: 0, toolCalls: false });
    for (const asked of [json, stream, withUsage]) {
      const told = recorded(asked.form, dialect.write(kept, asked));
      expect(Buffer.from(told.answer).toString()).toContain('In Cardiff, \\"the capital\\".');
    }
  });

  for (const example of examples.identities) identitySuite(dialect, example);

  it.each(errorKinds)('tells a fault of its own (%s) in a shape that SDKs read', (kind) => {
    const body: unknown = JSON.parse(dialect.error('What "happened"', kind));
    expect(JSON.stringify(body)).toContain('What \\"happened\\"');
  });

  describe.each(examples.answers)('$form, $name', ({ form, bytes, becomes }) => {
    const wire = Buffer.from(bytes as string);
    const whole = record(form, wire);

    it(typeof becomes === 'string' ? `is not stored: ${becomes}` : 'is stored', () => {
      if (typeof becomes === 'string') expect(whole).toEqual({ unstored: becomes });
      else {
        expect(whole).toMatchObject({ tokens: becomes.tokens, toolCalls: becomes.toolCalls ?? false });
        expect(messageOf(whole)).toEqual(becomes.message);
      }
    });

    it('reads the same when it is split at any byte', () => {
      for (let at = 0; at <= wire.length; at++)
        expect(record(form, wire.subarray(0, at), wire.subarray(at)), `at ${at}`).toEqual(whole);
      const bytewise = [...wire].map((byte) => Uint8Array.of(byte));
      expect(record(form, ...bytewise)).toEqual(whole);
    });

    it('is never stored when a part of its end is missing', () => {
      const end = form === 'stream' ? endOf(wire) : wire.toString().trimEnd().length;
      for (let at = 0; at < end; at += 7)
        expect(record(form, wire.subarray(0, at)), `up to ${at}`).toHaveProperty('unstored');
    });

    if (typeof becomes === 'string') return;
    const { answer } = recorded(form, wire);

    it('is written as JSON in the bytes that are stored, the provider’s own where it sent JSON', () => {
      expect(Buffer.from(dialect.write(answer, json, true))).toEqual(Buffer.from(answer));
      if (form === 'json') expect(Buffer.from(answer)).toEqual(wire);
      expect(recorded('json', answer).answer).toEqual(answer);
    });

    it('says the same after a trip through a stream', () => {
      const written = dialect.write(answer, withUsage, true);
      expect(messageOf(record('stream', written))).toEqual(messageOf(whole));
      // And a second trip changes no byte
      expect(Buffer.from(dialect.write(recorded('stream', written).answer, withUsage, true)).toString()).toBe(
        Buffer.from(written).toString(),
      );
    });

    it('says the same in a rhythm, a piece of a few words in each event', () => {
      const paced = Buffer.from(dialect.write(answer, { ...withUsage, paced: true }, true));
      expect(messageOf(record('stream', paced))).toEqual(messageOf(whole));
      const atOnce = Buffer.from(dialect.write(answer, withUsage, true));
      const events = (stream: Buffer) => stream.toString().split('\n\n').length;
      if (hasSentence(becomes.message)) expect(events(paced)).toBeGreaterThan(events(atOnce));
      else expect(events(paced)).toBeGreaterThanOrEqual(events(atOnce));
      expect(new Set(examples.ids(paced.toString())).size).toBe(1);
      expect(examples.ends(paced.toString())).toBe(1);
    });

    it('is written as one stream: one id, one end, usage where it is to be told and is known', () => {
      const [plain, full] = [stream, withUsage].map((each) =>
        Buffer.from(dialect.write(answer, each, true)).toString(),
      );
      for (const written of [plain ?? '', full ?? '']) {
        expect(new Set(examples.ids(written)).size).toBe(1);
        expect(examples.ids(written).length).toBeGreaterThan(0);
        expect(examples.ends(written)).toBe(1);
        expect(written.endsWith('\n\n')).toBe(true);
      }
      expect(examples.tellsUsage(plain ?? '')).toBe(examples.usage === 'always' && becomes.tokens > 0);
      expect(examples.tellsUsage(full ?? '')).toBe(becomes.tokens > 0);
    });

    if (array === undefined) return;
    it('says the same after a trip through an array', () => {
      const written = dialect.write(answer, array, true);
      expect(messageOf(record('array', written))).toEqual(messageOf(whole));
    });
  });
}

/** Whether somewhere in the message a text of several words is said. */
function hasSentence(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  return Object.entries(message).some(([name, value]) =>
    typeof value === 'string'
      ? ['text', 'content'].includes(name) && !('thoughtSignature' in message) && /\S\s+\S/.test(value)
      : hasSentence(value),
  );
}

function messageOf(recording: Recording): unknown {
  return 'unstored' in recording ? recording : JSON.parse(Buffer.from(recording.answer).toString());
}
