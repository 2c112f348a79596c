import { Agent, request } from 'node:http';
import { marker } from './provider/index.ts';

/** One request of steady traffic, and how it went. */
export interface Sample {
  readonly number: number;
  readonly question: string;
  /** Index of the sidecar that was asked. */
  readonly sidecar: number;
  /** `performance.now()`. */
  readonly startedAt: number;
  readonly milliseconds: number;
  readonly phase: string | undefined;
  /** It went past the cache: what this machine and the provider take without it, in the same moments. */
  readonly control: boolean;
  /** Undefined when the whole answer to this very question came; else what was wrong. */
  readonly wrong: string | undefined;
}

export interface TrafficOptions {
  readonly urls: readonly string[];
  readonly perSecond: number;
  /** By default every second one is new, and the others are fifty that come again and again. */
  readonly question?: (number: number) => string;
  readonly key?: string;
  readonly stream?: boolean;
  /** Every third one goes past the cache. */
  readonly controls?: boolean;
}

export interface Traffic {
  /** Those that are over, in the order of their ends. */
  readonly samples: readonly Sample[];
  /** Those that began since then. */
  since(start: number, end?: number): Sample[];
  /** Lets what runs end. */
  stop(): Promise<readonly Sample[]>;
}

/** Requests at a steady rate, whatever becomes of those before: a sidecar that hangs does not slow its users down. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { urls, perSecond, question = halfNew() } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
  const samples: Sample[] = [];
  const running = new Set<Promise<void>>();
  const began = performance.now();
  let number = 0;
  const timer = setInterval(() => {
    // By the clock: a timer that is late catches up.
    const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
    while (number < due) {
      const one = send(number++).finally(() => running.delete(one));
      running.add(one);
    }
  }, 5);

  async function send(at: number): Promise<void> {
    const text = question(at);
    const sidecar = at % urls.length;
    const startedAt = performance.now();
    const control = (options.controls ?? false) && at % 3 === 2;
    const { phase, wrong } = await ask(urls[sidecar] ?? '', text, { ...options, agent, control });
    samples.push({
      number: at,
      question: text,
      control,
      sidecar,
      startedAt,
      milliseconds: performance.now() - startedAt,
      phase,
      wrong,
    });
  }

  return {
    samples,
    since: (start, end = Number.POSITIVE_INFINITY) =>
      samples.filter(({ startedAt }) => startedAt >= start && startedAt < end),
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
      return samples;
    },
  };
}

/** New ones are new among those of all traffic, also of one that was broken off. */
function halfNew(): (number: number) => string {
  const run = Math.random().toString(36).slice(2, 8);
  return (number) =>
    number % 2 === 0
      ? `What is ${run} ticket ${number} about?`
      : `Where do I find page ${(number % 100) + 1}?`;
}

function ask(
  url: string,
  question: string,
  {
    agent,
    key = 'traffic',
    stream = false,
    control,
  }: { agent: Agent; key?: string; stream?: boolean; control: boolean },
): Promise<{ phase: string | undefined; wrong: string | undefined }> {
  const body = JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
    stream,
  });
  return new Promise((resolve) => {
    const failed = (why: string, phase?: string) => resolve({ phase, wrong: why });
    const sent = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      agent,
      timeout: 20_000,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization: `Bearer sk-${key}`,
        // What is encoded the cache does not read, and the stand-in for the provider does not mind.
        ...(control ? { 'content-encoding': 'x-none' } : {}),
      },
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s')));
    sent.on('error', (error) => failed(error.message));
    sent.on('response', (response) => {
      const phase = response.headers['x-fourfold-phase'] as string | undefined;
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', (error) => failed(error.message, phase));
      response.on('close', () => {
        if (!response.complete) failed('broke off', phase);
        else if (response.statusCode !== 200) failed(`status ${response.statusCode}: ${text}`, phase);
        else if (!said(text, stream).includes(marker(question))) failed(`another answer: ${text}`, phase);
        else resolve({ phase, wrong: undefined });
      });
    });
    sent.end(body);
  });
}

function said(text: string, stream: boolean): string {
  if (!stream) return text;
  if (!text.endsWith('data: [DONE]\n\n')) return '';
  return [...text.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => piece).join('');
}

export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Milliseconds, to a tenth. */
export function summary(samples: readonly Sample[]): Summary {
  const sorted = samples.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** What was wrong, and how often: empty where every request had its answer. */
export function faults(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { wrong } of samples)
    if (wrong !== undefined) counts[wrong.slice(0, 200)] = (counts[wrong.slice(0, 200)] ?? 0) + 1;
  return counts;
}
