import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chat, said, startChat } from '../support/chat.ts';
import { marker } from '../support/provider/index.ts';
import { part } from '../support/require.ts';
import { configFile, eventually } from '../support/wire/index.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

/** Which of the four phases answers which request, at the default configuration unless the title says otherwise. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

const image = (url: string) => ({
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is in this image?' },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ],
});
const user = (content: string, more: object = {}) => ({ messages: [{ role: 'user', content }], ...more });
const schema = {
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'city', schema: { type: 'object', properties: { city: { type: 'string' } } } },
  },
};
const tools = {
  tools: [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    },
  ],
};

describe.skipIf(!withModel)('at default configuration', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await startChat({}, { model: true });
  });
  afterAll(() => chat?.close());

  type Row = readonly [stored: string, asked: string, phase: string];
  const texts: Row[] = [
    ["What's the capital of France", 'what is the capital of france please?', 'fingerprint'],
    ['What is the capital of Japan?', 'WHAT IS THE CAPITAL OF JAPAN', 'fingerprint'],
    ['Could you please explain photosynthesis?', 'Please explain photosynthesis', 'fingerprint'],
    ['How do I boil an egg?', 'How can I boil an egg?', 'near-miss'],
    ['What is the speed of light in a vacuum?', 'What is the speed of lihgt in a vacuum?', 'near-miss'],
    ['Explain how kubernetes schedules pods', 'Explain how kubernetes shedules pods', 'near-miss'],
    ['How do I reset my password?', 'What are the steps to reset my password?', 'semantic'],
  ];
  it.each(texts)('%j, then %j: %s', async (stored, asked, phase) => {
    const key = `row ${asked}`;
    const first = await chat.ask(stored, { key });
    expect(first.phase).toBe('miss');
    const second = await chat.ask(asked, { key });
    expect({ phase: second.phase, answer: said(second), id: second.json.id }).toEqual({
      phase,
      answer: said(first),
      id: first.json.id,
    });
    if (phase === 'fingerprint') expect(second.similarity).toBe('1.0000');
    else expect(Number(second.similarity)).toSatisfy((each: number) => each >= 0.8 && each <= 1);
  });

  it('a hit by meaning is promoted: the same wording is then in the process', async () => {
    const key = 'promotion';
    await chat.ask('How do I reset my password?', { key });
    const asked = 'What are the steps to reset my password?';
    const phases = [];
    for (let n = 0; n < 3; n++) phases.push((await chat.ask(asked, { key })).phase);
    expect(phases).toEqual(['semantic', 'fingerprint', 'fingerprint']);
    // And in other letters, as any other wording
    expect((await chat.ask(`${asked.toLowerCase()} thanks!`, { key })).phase).toBe('fingerprint');
  });

  const bytes: (readonly [kind: string, request: object, other: object, reason: string])[] = [
    [
      'response_format json_schema',
      user("What's the capital of France", schema),
      user('what is the capital of france please?', schema),
      'structured',
    ],
    [
      'response_format json_object',
      user('Name a colour as JSON', { response_format: { type: 'json_object' } }),
      user('Name a colour as JSON, please', { response_format: { type: 'json_object' } }),
      'structured',
    ],
    [
      'tools',
      user("What's the weather in Paris", tools),
      user('what is the weather in Paris please?', tools),
      'tools',
    ],
    ['an image', image('data:image/png;base64,AAAA'), image('data:image/png;base64,AAAB'), 'multimodal'],
    [
      'a tool result',
      {
        messages: [
          { role: 'user', content: 'Weather in Paris?' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call_1', content: '21 degrees' },
        ],
      },
      {
        messages: [
          { role: 'user', content: 'Weather in Paris?' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call_1', content: '22 degrees' },
        ],
      },
      'tools',
    ],
    [
      'a JSON payload',
      user('{"order": 17, "state": "new"}'),
      user('{"order":17,"state":"new"}'),
      'structured',
    ],
  ];
  it.each(bytes)(
    '%s: exact for the same bytes, and a miss for any other',
    async (key, body, other, reason) => {
      const first = await chat.ask(body, { key });
      expect(first).toMatchObject({ phase: 'miss', reason });
      expect(await chat.ask(body, { key })).toMatchObject({
        phase: 'exact',
        similarity: '1.0000',
        entry: first.entry,
      });
      expect(await chat.ask(other, { key })).toMatchObject({ phase: 'miss' });
      // Not promoted either: it stays with its bytes.
      expect((await chat.ask(body, { key })).phase).toBe('exact');
    },
  );

  it('a text longer than the window of the model is found by its exact bytes only', async () => {
    const key = 'long';
    const text = Array.from({ length: 700 }, (_, n) => `word${n}`).join(' ');
    await chat.ask(text, { key });
    expect(await chat.ask(text, { key })).toMatchObject({ phase: 'exact' });
    expect(await chat.ask(`${text} end`, { key })).toMatchObject({ phase: 'miss', similarity: undefined });
  });

  const context =
    'The quarterly report of the harbour authority lists every vessel, its flag and its cargo. ';
  const long = context.repeat(60).slice(0, 3900);
  // Short enough to have a signature, and an embedding
  const middle = context.repeat(10);
  const never: (readonly [stored: string, asked: string])[] = [
    [`${middle}What is its first word?`, `${middle}What is its last word?`],
    [`${middle}The crew was paid. Sum it up.`, `${middle}The crew was not paid. Sum it up.`],
    ['How do I enable two-factor authentication?', 'How do I disable two-factor authentication?'],
    ['How do I turn on 2FA?', 'How do I turn off 2FA?'],
    ['What is 2+2?', 'What is 2+3?'],
    ['What is the capital of France?', 'What is the capital of Germany?'],
    ['Convert USD to EUR', 'Convert EUR to USD'],
    ['Translate from English to Spanish: hello', 'Translate from Spanish to English: hello'],
    ['Should I take the pill before eating?', 'Should I take the pill after eating?'],
    ['How do I make pancakes with milk?', 'How do I make pancakes without milk?'],
    ['Explain photosynthesis in French', 'Explain photosynthesis in German'],
    ['How far is 5 km?', 'How far is 5 miles?'],
    ['How much is 10 mg of aspirin?', 'How much is 10 g of aspirin?'],
    ['What happened on 3 May 2021?', 'What happened on 4 May 2021?'],
    ['What happened in March 2020?', 'What happened in April 2020?'],
    ['Is it safe to eat raw eggs?', 'Is it not safe to eat raw eggs?'],
    ['Why is my order shipped?', "Why isn't my order shipped?"],
    ["What is my mother's brother called?", "What is my brother's mother called?"],
    ['When does the sun rise in Oslo?', 'When does the sun set in Oslo?'],
    ['Did the dog bite the man?', 'Did the man bite the dog?'],
    ['How do I increase my limit?', 'How do I decrease my limit?'],
    ['How do I lock my account?', 'How do I unlock my account?'],
    ['Is the store open on Saturday?', 'Is the store open on Sunday?'],
    ['What is the largest city in Italy?', 'What is the smallest city in Italy?'],
    ['List all orders above 100 euros', 'List all orders below 100 euros'],
    ['What does error E1001 mean?', 'What does error E1002 mean?'],
    ['How do I upgrade Node 20 to 22?', 'How do I upgrade Node 22 to 24?'],
    // In "A or B" two things may change places, in what follows they may not.
    ['Who is older, Anna or Ben, if Anna teaches Ben?', 'Who is older, Anna or Ben, if Ben teaches Anna?'],
    [
      `${long} Summarise it and end with the word alpha.`,
      `${long} Summarise it and end with the word omega.`,
    ],
  ];
  const named = never.map(([a, b]) => [a.slice(-60), b.slice(-60), a, b] as const);
  it.each(named)('never for another question: %j, then %j', async (_, end, stored, asked) => {
    const key = `never ${end}`;
    await chat.ask(stored, { key });
    const second = await chat.ask(asked, { key });
    expect(second.phase).toBe('miss');
    expect(said(second)).toContain(marker(asked));
    // And in the other direction
    const reverse = `${key} reverse`;
    await chat.ask(asked, { key: reverse });
    expect((await chat.ask(stored, { key: reverse })).phase).toBe('miss');
  });
  it('the last pair of them is long, and differs at its end only', () => {
    const [a = '', b = ''] = never.at(-1) ?? [];
    expect(a.length).toBeGreaterThan(3900);
    expect(a.slice(0, 3900)).toBe(b.slice(0, 3900));
  });

  describe('lifetime', () => {
    it('x-fourfold-ttl: 1s is gone after a second, from every phase', async () => {
      const key = 'ttl';
      await chat.ask('How do I reset my password?', { key, headers: { 'x-fourfold-ttl': '1s' } });
      // Given a promoted wording: promotion never makes it live longer
      const asked = 'What are the steps to reset my password?';
      const stored = Date.now();
      expect((await chat.ask(asked, { key })).phase).toBe('semantic');
      const promoted = await chat.ask(asked, { key });
      expect(promoted.phase).toBe('fingerprint');
      expect(promoted.cacheStatus).toMatch(/ttl=[01];/);
      // Then both wordings live for the second, and no longer
      await eventually(() => Date.now() - stored > 1_050);
      const onlyIfCached = { 'Cache-Control': 'only-if-cached' };
      for (const wording of [asked, 'How do I reset my password?', 'How do I reset my pasword?'])
        expect(await chat.ask(wording, { key, headers: onlyIfCached })).toMatchObject({ status: 504 });
    });

    it('a hit shows its age and what is left of its life', async () => {
      const key = 'age';
      await chat.ask('What is Rust?', { key, headers: { 'x-fourfold-ttl': '10m' } });
      const { age, cacheStatus } = await chat.ask('What is Rust?', { key });
      expect(Number(age)).toBeLessThan(5);
      expect(Number(/ttl=(\d+)/.exec(cacheStatus ?? '')?.[1])).toSatisfy(
        (ttl: number) => ttl > 590 && ttl <= 600,
      );
    });
  });

  describe('threshold', () => {
    const stored = 'How do I reset my password?';
    const asked = 'What are the steps to reset my password?';

    it('a stricter one of the request is honoured', async () => {
      const key = 'stricter';
      await chat.ask(stored, { key });
      const strict = await chat.ask(asked, { key, headers: { 'x-fourfold-threshold': '0.999' } });
      expect(strict).toMatchObject({ phase: 'miss', reason: 'threshold' });
      expect(Number(strict.similarity)).toSatisfy((each: number) => each > 0.9 && each < 0.999);
    });
  });
});

describe.skipIf(!withModel)('by configuration', () => {
  const stored = 'How do I reset my password?';
  const asked = 'What are the steps to reset my password?';

  /** The phases that answer three questions after the first: the same words, a typing error, other words. */
  async function answering(settings: Record<string, string>, model = true): Promise<(string | undefined)[]> {
    const chat = await startChat(settings, { model });
    try {
      const phases = [];
      await chat.ask(stored, { key: 'a' });
      phases.push((await chat.ask(stored, { key: 'a' })).phase);
      await chat.ask(stored, { key: 'b' });
      phases.push((await chat.ask('How do I reset my pasword?', { key: 'b' })).phase);
      await chat.ask(stored, { key: 'c' });
      phases.push((await chat.ask(asked, { key: 'c' })).phase);
      return phases;
    } finally {
      await chat.close();
    }
  }
  const without = (...names: string[]) => ({
    FOURFOLD_CONFIG: configFile({
      phases: Object.fromEntries(names.map((name) => [name, { enabled: false }])),
    }),
  });

  it('all phases on', async () => {
    expect(await answering({})).toEqual(['fingerprint', 'near-miss', 'semantic']);
  });

  it('without fingerprint', async () => {
    const phases = await answering(without('fingerprint'));
    expect(phases).not.toContain('fingerprint');
    expect(phases[2]).toBe('semantic');
  });

  it('without near-miss', async () => {
    const [same, typo, other] = await answering(without('nearMiss'));
    expect([same, other]).toEqual(['fingerprint', 'semantic']);
    expect(typo).not.toBe('near-miss');
  });

  it('without semantic', async () => {
    expect(await answering(without('semantic'), false)).toEqual(['fingerprint', 'near-miss', 'miss']);
  });

  it('exact alone', async () => {
    const phases = await answering(without('fingerprint', 'nearMiss', 'semantic'), false);
    expect(phases).toEqual(['exact', 'miss', 'miss']);
  });

  it('none at all: every request is a miss', async () => {
    const phases = await answering(without('fingerprint', 'nearMiss', 'exact', 'semantic'), false);
    expect(phases).toEqual(['miss', 'miss', 'miss']);
  });

  it.each([
    ['false', 'miss'],
    ['true', 'semantic'],
  ])('a request less strict than the configuration, allowLowerThreshold %s: %s', async (allow, phase) => {
    const chat = await startChat(
      { FOURFOLD_THRESHOLD: '0.999', FOURFOLD_ALLOW_LOWER_THRESHOLD: allow },
      { model: true },
    );
    try {
      await chat.ask(stored);
      expect(await chat.ask(asked)).toMatchObject({ phase: 'miss', reason: 'threshold' });
      await chat.ask(stored, { key: 'other' });
      const low = await chat.ask(asked, { key: 'other', headers: { 'x-fourfold-threshold': '0.9' } });
      expect(low.phase).toBe(phase);
    } finally {
      await chat.close();
    }
  });
});

describe('modes', () => {
  it('off: only forwards, looks nothing up and stores nothing', async () => {
    const chat = await startChat({ FOURFOLD_MODE: 'off' });
    try {
      for (let n = 1; n <= 2; n++) {
        const reply = await chat.ask('Who wrote Romeo and Juliet?');
        expect(reply).toMatchObject({ status: 200, phase: 'bypass', reason: 'off' });
        expect(reply.cacheStatus).toBe('fourfold; fwd=bypass; detail=off');
      }
      expect(chat.provider.stats().calls).toBe(2);
      const stats = (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as { entries: number };
      expect(stats.entries).toBe(0);
    } finally {
      await chat.close();
    }
  });

  it('shadow: says what it would have answered, and always asks the provider', async () => {
    const chat = await startChat({ FOURFOLD_MODE: 'shadow' });
    try {
      const first = await chat.ask('Who wrote Romeo and Juliet?');
      expect(first.phase).toBe('miss');
      const second = await chat.ask('who wrote romeo and juliet');
      expect(second).toMatchObject({ status: 200, phase: 'bypass', reason: 'shadow', similarity: '1.0000' });
      expect(second.json.id).not.toBe(first.json.id);
      expect(chat.provider.stats().calls).toBe(2);
    } finally {
      await chat.close();
    }
  });

  it('maxEntries: the least recently used leave, also from the phases in the process', async () => {
    const chat = await startChat({ FOURFOLD_MAX_ENTRIES: '3' });
    try {
      const cities = ['Paris', 'Rome', 'Tokyo', 'Lima', 'Oslo'];
      for (const city of cities) await chat.ask(`Tell me about ${city}`);
      const cached = [];
      for (const city of cities) {
        const only = { 'Cache-Control': 'only-if-cached' };
        if ((await chat.ask(`Tell me about ${city}`, { headers: only })).status === 200) cached.push(city);
      }
      expect(cached).toEqual(['Tokyo', 'Lima', 'Oslo']);
    } finally {
      await chat.close();
    }
  });
});
