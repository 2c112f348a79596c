import type { Token } from './tokens.ts';

/** Dropped wherever they stand. */
const anywhere = new Set('please kindly um umm uh uhh uhm erm hmm hmmm'.split(' '));

/** "How do I please my boss" asks for something. */
const beforeVerb = new Set(
  'to i we you not can say mean word spell sang sing sings wrote called titled'.split(' '),
);

/** Interjections that open a request: dropped before punctuation or before a word that can only begin a sentence. */
const interjections = phrases(`
hi|hi there|hi all|hi everyone|hi guys|hi team|hiya|hey|hey there|hey guys|hello|hello there|hello everyone|hello again|greetings|howdy|yo
good morning|good afternoon|good evening|good day|dear assistant|dear sir|dear sir or madam|excuse me|pardon me|sorry
so|well|ok|alright|all right|right|now|oh|ah|er|hmm|anyway|anyways|btw|by the way|basically|actually|honestly|look|listen|say
quick question|just a quick question|a quick question|i have a question|i have a quick question|i had a question|one question|one quick question|random question|simple question|dumb question|silly question|stupid question|question|here is my question|my question is
just curious|i am just curious|i am curious|out of curiosity|just wondering|i was just wondering|i was wondering|i am wondering|i wonder
can you help|can you help me|could you help|could you help me|can someone help|can someone help me|can anyone help|can anyone help me|help|help me|help me out|please help me|i need help|i need some help|i need your help|can you help me out
can you help me with this|could you help me with this|can you help me with something|help me with this|i need help with this|can you help with this
hope you are well|i hope you are well|hope you are doing well|i hope you are doing well|how are you|how are you doing|nice to meet you
`);

/** Ways to open a request that say nothing of what is asked. */
const openings = phrases(`
can you tell me|could you tell me|would you tell me|will you tell me|can you just tell me|can anyone tell me|can someone tell me|could someone tell me|could anyone tell me|are you able to tell me|would you be able to tell me|would you mind telling me|do you mind telling me
tell me|just tell me|let me know|i want you to tell me|i would like you to tell me|i need you to tell me|may i ask|can i ask|can i ask you|could i ask|may i know|can i know|could you let me know|can you let me know|i would like to ask|i want to ask|i wanted to ask|let me ask you|let me ask
i would like to know|i want to know|i need to know|i would love to know|i just want to know|i just need to know|i would just like to know|i am trying to know|i wanted to know|i would be interested to know|i am curious to know|i am curious|i am just curious|i am interested to know
do you know|do you happen to know|does anyone know|does anybody know|do you have any idea|any idea|would you happen to know|might you know
i was wondering if you could tell me|i was wondering|i am wondering|i wonder|just wondering|i was hoping you could tell me
`);

/** After these openings a question has to follow: "do you know Python" asks for something else. */
const beforeQuestion =
  /^(?:do you|does any|any idea|would you happen|might you|i was wondering$|i am wondering$|i wonder$|just wondering$|i am curious$|i am just curious$)/;

/** "can you explain …" asks for the explanation; "can you swim" does not. */
const requests = phrases(
  'can you|could you|would you|will you|can you just|could you just|i want you to|i would like you to|i need you to|would you mind|are you able to|please can you',
);
const requested = new Set(
  'explain show give describe list write recommend suggest summarize translate help compare convert calculate define provide name generate create compose draft find fix solve outline clarify elaborate share walk teach rewrite paraphrase proofread explaining giving showing'.split(
    ' ',
  ),
);

/** Dropped at the end. */
const closings = phrases(`
thanks|thank you|thanks a lot|thank you very much|thank you so much|thanks so much|thanks very much|many thanks|thanks in advance|thank you in advance|thanks a bunch|thanks a million|thanks a ton|thanks again|thank you kindly|much thanks|cheers|ta|thanks for your help|thank you for your help|thanks for the help|thank you for your time
much appreciated|i appreciate it|i would appreciate it|appreciate it|appreciated|any help is appreciated|any help would be appreciated|your help is appreciated|help appreciated|help me|help me out|can you help|can you help me|could you help me|help
just curious|i am just curious|i am curious|just wondering|i was just wondering|i was wondering|out of curiosity|for my own curiosity
if you do not mind|if you can|if you could|if possible|if you please|if you know|when you can|when you get a chance|asap|let me know|tell me|have a nice day|have a good day|have a great day|best regards|kind regards|regards|bye|ok
`);

/** Before these a closing is what the sentence is about: "how do I say thanks". */
const mentions = new Set(
  'sang sing sings wrote say says saying said mean means meaning of to for with word words phrase translate write spell pronounce type by in on and or is was not from than like about a the as at my your how call called does do no get i you we they he she it'.split(
    ' ',
  ),
);

/** What a request can begin with once its courtesies are gone. */
const openers = new Set(
  'what which who whom whose when where why how is are was were am do does did can could would should will shall may might must has have had if in on at for from to i we you my our your please tell give show list explain describe write name compare convert summarize translate recommend suggest make create find calculate plan draft compose design generate add fix solve remind schedule define state identify help let there this that these those the a an not any'.split(
    ' ',
  ),
);

const question = new Set(
  'what which who whom whose when where why how if whether is are was do does did can could should will would'.split(
    ' ',
  ),
);

/** The tokens without courtesy at both ends and inside; all of them where nothing else would be left. */
export function withoutCourtesies(tokens: readonly Token[]): readonly Token[] {
  const kept = tokens.filter((token, at) => !isFiller(tokens, token, at));
  let start = 0;
  for (let next = opening(kept, start); next > start; next = opening(kept, start)) start = next;
  let end = kept.length;
  for (let next = closing(kept, start, end); next < end; next = closing(kept, start, end)) end = next;
  if (start === end) return tokens;
  return kept.slice(start, end);
}

function isFiller(tokens: readonly Token[], token: Token, at: number): boolean {
  if (token.kind !== 'word' || !anywhere.has(token.folded)) return false;
  const before = tokens[at - 1];
  if (/^means?$/.test(tokens[at + 1]?.folded ?? '')) return false;
  if (before === undefined || token.opens) return tokens.length > 1;
  // "could you please", "can I please" are courtesies; "how do I please", "to please" are not.
  if (token.folded === 'please' && beforeVerb.has(before.folded))
    return /^(?:can|could|would|will|may)$/.test(tokens[at - 2]?.folded ?? '') && before.folded !== 'to';
  return true;
}

/** Where the request goes on after a courtesy at `start`; `start` where there is none. */
function opening(tokens: readonly Token[], start: number): number {
  for (const length of lengthsAt(interjections, tokens, start)) {
    const next = tokens[start + length];
    if (next === undefined || next.after !== '' || openers.has(next.folded)) return start + length;
  }
  for (const length of lengthsAt(openings, tokens, start)) {
    const next = tokens[start + length];
    if (next === undefined) continue;
    const phrase = phraseAt(tokens, start, length);
    if (next.after !== '' || !beforeQuestion.test(phrase) || question.has(next.folded)) return start + length;
  }
  for (const length of lengthsAt(requests, tokens, start)) {
    const next = tokens[start + length];
    if (next !== undefined && requested.has(next.folded)) return start + length;
  }
  return start;
}

function closing(tokens: readonly Token[], start: number, end: number): number {
  if (end === start || !closings.last.has(tokens[end - 1]!.folded)) return end;
  for (let length = Math.min(closings.longest, end - start); length > 0; length--) {
    const from = end - length;
    if (!closings.all.has(phraseAt(tokens, from, length))) continue;
    const first = tokens[from]!;
    const before = tokens[from - 1];
    if (from === start) return from;
    if (first.after === '.' || first.after === ',') return from;
    if (first.after === '' && before!.kind === 'word' && !mentions.has(before!.folded) && strong(first))
      return from;
  }
  return end;
}

/** Without punctuation before it, only thanks is safe to drop. */
function strong(token: Token): boolean {
  return /^(?:thanks|thank|many|much|cheers|please|asap)$/.test(token.folded);
}

interface Phrases {
  readonly all: ReadonlySet<string>;
  readonly longest: number;
  /** The words that they begin and end with: most texts have none there. */
  readonly first: ReadonlySet<string>;
  readonly last: ReadonlySet<string>;
}

function phrases(table: string): Phrases {
  const split = table
    .trim()
    .split(/[|\n]/)
    .map((phrase) => phrase.split(' '));
  return {
    all: new Set(split.map((words) => words.join(' '))),
    longest: Math.max(...split.map((words) => words.length)),
    first: new Set(split.map((words) => words[0]!)),
    last: new Set(split.map((words) => words.at(-1)!)),
  };
}

/** Lengths of the phrases that stand at `start`, longest first. */
function lengthsAt(known: Phrases, tokens: readonly Token[], start: number): readonly number[] {
  if (start === tokens.length || !known.first.has(tokens[start]!.folded)) return none;
  const found: number[] = [];
  let phrase = '';
  for (let length = 1; length <= known.longest && start + length <= tokens.length; length++) {
    const token = tokens[start + length - 1]!;
    if (token.kind !== 'word') break;
    phrase = phrase === '' ? token.folded : `${phrase} ${token.folded}`;
    if (known.all.has(phrase)) found.unshift(length);
  }
  return found;
}

const none: readonly number[] = [];

function phraseAt(tokens: readonly Token[], start: number, length: number): string {
  let phrase = tokens[start]!.folded;
  for (let at = start + 1; at < start + length; at++) phrase += ` ${tokens[at]!.folded}`;
  return phrase;
}
