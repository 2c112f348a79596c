import { createHash } from 'node:crypto';

/** Ties an answer to its question, so that a test can see whose answer it got. */
export const marker = (question: string) =>
  `ANSWER[${createHash('sha1').update(question).digest('hex').slice(0, 10)}]`;

/** Questions of the demonstration, in the order of asking; the first that matches answers. */
const known: [RegExp, string][] = [
  [/capital of france/i, 'The capital of France is Paris.'],
  [/capital of germany/i, 'The capital of Germany is Berlin.'],
  [/capital of italy/i, 'The capital of Italy is Rome.'],
  [/capital of japan/i, 'The capital of Japan is Tokyo.'],
  [/capital of australia/i, 'The capital of Australia is Canberra.'],
  [
    /reset.*password|password.*reset|forg[eo]t.*password/i,
    'Open the sign-in page, choose "Forgot password?" and follow the link that arrives by mail.',
  ],
  [
    /(disable|turn off|switch off).*(2fa|two-factor)/i,
    'Open Settings, then Security, and switch two-factor authentication off; you need a code once more.',
  ],
  [
    /(enable|turn on|switch on|set up).*(2fa|two-factor)/i,
    'Open Settings, then Security, and switch two-factor authentication on; scan the code with your app.',
  ],
  [
    /refund/i,
    'You can return an order within 30 days; the money is back on your card within five working days.',
  ],
  [
    /photosynthesis/i,
    'Photosynthesis is how plants turn light, water and carbon dioxide into sugar and oxygen.',
  ],
  [/rust/i, 'Rust is a programming language that guarantees memory safety without a garbage collector.'],
  [
    /kubernetes/i,
    'Kubernetes runs containers on a group of machines and keeps them in the state that you declare.',
  ],
  [
    /boil.*egg|egg.*boil/i,
    'Put the egg into boiling water: six minutes for a soft yolk, ten for a hard one.',
  ],
  [
    /sky.*blue|blue.*sky/i,
    'Air scatters blue light more than red light, so blue reaches your eye from every direction.',
  ],
  [/speed of light/i, 'Light travels at 299,792,458 metres per second in a vacuum.'],
  [/romeo and juliet/i, 'William Shakespeare wrote Romeo and Juliet.'],
];

const sums: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

export function answerTo(question: string): string {
  return `${sentence(question)} ${marker(question)}`;
}

function sentence(question: string): string {
  const found = known.find(([pattern]) => pattern.test(question));
  if (found) return found[1];
  const sum = /(\d+)\s*([-+*/])\s*(\d+)/.exec(question);
  const add = sum && sums[sum[2] ?? ''];
  if (sum && add) return `${sum[0]} is ${add(Number(sum[1]), Number(sum[3]))}.`;
  if (question.trim() === '') return 'How can I help?';
  return `You asked about "${question.trim().slice(0, 60)}". Here is what a stand-in for a model has to say about it.`;
}

const filler =
  'The quick brown fox jumps over the lazy dog while a patient reader looks on and takes careful notes. ';

/** Cut or filled up to that many letters; a marker at the end moves to the front, where a cut does not reach it. */
export function toLength(text: string, length: number): string {
  if (text.length > length) return text.slice(0, length);
  const missing = length - text.length - 1;
  return missing < 1
    ? text.padEnd(length)
    : `${text} ${filler.repeat(Math.ceil(missing / filler.length)).slice(0, missing)}`;
}
