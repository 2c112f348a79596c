import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../sidecar/dialects/dialect.ts';
import {
  embeddingsDialect as dialect,
  type Input,
  place,
  read,
  readAnswer,
} from '../../../../sidecar/dialects/openai-embeddings.ts';
import { identify, identifyOne } from '../../../../sidecar/lookup/identity.ts';

/** The keys under which the inputs of a request are kept, in their order. */
function keysOf(body: JsonObject, path = '/v1/embeddings'): string[] {
  const request = read(body, { identifyUser: true, path });
  if (request === undefined) throw new Error('not read');
  const { model, user, fixed, inputs } = request;
  const whole = identify({
    ...{ dialect, fixed, query: place(path), upstream: '', owner: '', partitionByUser: false },
    asked: { model, text: undefined, exactOnly: undefined, user, form: 'json', withUsage: false },
    identityHeaders: [],
  });
  return inputs.map((input) => identifyOne(whole, 'embedding', JSON.stringify(input)).exactKey);
}

const fields = {
  model: 'text-embedding-3-small',
  dimensions: 8,
  user: 'user-1',
  truncate: 'END',
  vendor_extension: { deep: [{ er: [1, 2] }] },
};
const input = ['What is Rust?', 'Was ist 🦀?'];
const usual = keysOf({ ...fields, input });
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const expectOthers = (body: JsonObject) => {
  for (const key of keysOf({ ...body, input })) expect(usual).not.toContain(key);
};

describe('what tells two inputs apart', () => {
  it.each(Object.keys(fields))('%s, left out or with another value', (name) => {
    expectOthers({ ...fields, [name]: undefined });
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(JSON.stringify(value) !== JSON.stringify(fields[name as keyof typeof fields]));
        expectOthers({ ...fields, [name]: value });
      }),
      { numRuns: 200 },
    );
  });

  it('a field that nobody knows', () => {
    const known = [...Object.keys(fields), 'input', 'encoding_format', '__proto__'];
    const name = fc.string({ minLength: 1 }).filter((each) => each.isWellFormed() && !known.includes(each));
    fc.assert(fc.property(name, json, (unknown, value) => expectOthers({ ...fields, [unknown]: value })));
  });

  it('every byte of a text, every token of a list, and which of the two it is', () => {
    const text = fc.string({ unit: 'binary' }).filter((each) => each.isWellFormed());
    const one: fc.Arbitrary<Input> = fc.oneof(text, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(one, one, (a, b) => {
        const [first, second] = [a, b].map((each) => keysOf({ ...fields, input: [each] })[0]);
        expect(first === second).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    expect(keysOf({ input: '[1,2]' })).not.toEqual(keysOf({ input: [1, 2] }));
  });

  it('the deployment', () => {
    const at = (name: string) => keysOf({ input }, `/openai/deployments/${name}/embeddings`);
    expect(at('one')).toEqual(at('one'));
    for (const key of [...at('two'), ...keysOf({ input })]) expect(at('one')).not.toContain(key);
  });
});

describe('what does not', () => {
  it.each(['float', 'base64'])('the encoding: %s', (format) =>
    expect(keysOf({ ...fields, input, encoding_format: format })).toEqual(usual),
  );
  it('the place in a batch, and the others of it', () => {
    expect(keysOf({ ...fields, input: input.toReversed() })).toEqual(usual.toReversed());
    expect(keysOf({ ...fields, input: input[1] })).toEqual(usual.slice(1));
  });
});

describe('an answer', () => {
  const body = {
    object: 'list',
    data: [
      { object: 'embedding', index: 1, embedding: [0.25, -1.5] },
      { object: 'embedding', index: 0, embedding: [1e-7, 3] },
    ],
    model: 'größtes',
    usage: { prompt_tokens: 4, total_tokens: 4 },
  };
  const bytes = Buffer.from(JSON.stringify(body));
  const answerOf = (...pieces: Uint8Array[]) => {
    const recorder = dialect.recorder('json');
    for (const piece of pieces) recorder.push(piece);
    const recording = recorder.end();
    return 'answer' in recording ? readAnswer(recording.answer, 2) : undefined;
  };
  const whole = answerOf(bytes);

  it('reads the same when it is split at any byte', () => {
    expect(whole).toMatchObject({ model: 'größtes', usage: body.usage });
    for (let at = 0; at <= bytes.length; at++)
      expect(answerOf(bytes.subarray(0, at), bytes.subarray(at)), `at ${at}`).toEqual(whole);
  });

  it('is none when a part of its end is missing', () => {
    for (let at = 0; at < bytes.length; at++)
      expect(answerOf(bytes.subarray(0, at)), `up to ${at}`).toBeUndefined();
  });
});
