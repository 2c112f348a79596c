import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looseSignature } from '../../../../sidecar/lookup/question.ts';
import { maxTokens, signature } from '../../../../sidecar/lookup/signature.ts';

const key = (text: string) => signature(text)?.key;

const loop = (last: string) => `\`\`\`python\nfor x in y:\n    f(x)\n${last}\n\`\`\``;

describe('signature', () => {
  it.each([
    ["What's the capital of France", 'what is the capital of france please?'],
    ['whats the capital of France', 'WHAT IS THE CAPITAL OF FRANCE'],
    ['What’s the capital of France', "Hi there! What's the capital of France?"],
    ['Could you tell me: how do I tie a tie?', 'How do I tie a tie? Thanks!'],
    ["I'd like to know, why is the sky blue?", "Why is the sky blue? I'm just curious."],
    ['Quick question: why do cats purr', 'um, why do cats purr?'],
    ['Can you help me with this? What is inflation?', 'what is   inflation ?'],
    ["I don't get it", 'i dont get it'],
    ['Give me ten tips', 'give me 10 tips!'],
    ['twenty-five percent of 1,000,000', '25% of 1 million'],
    ['How far is 35km?', 'how far is 35 km'],
    ['Remind me at 3pm', 'Remind me at 3 p.m.'],
    ['my favourite colour', 'my favorite color'],
    ['Ｆｕｌｌ width', 'full width'],
    ['How much vitamin C is in it', 'how much vitamin c is in it'],
    ['WHAT DOES G DO IN VIM', 'WHAT DOES g DO IN VIM'.toUpperCase()],
    ['X is what', 'x is what'],
    ['100 MB of data', '100 mb of data'],
    ['How do I please you, please?', 'How do I please you'],
    ['why is the sky blue ???', 'why is the sky blue'],
    ['What is this ? I need it', 'What is this? I need it'],
    ['How do I reset it -- quickly', 'How do I reset it - quickly'],
    ['* How do I reset it', 'How do I reset it'],
    ['Thanks :) how do I reset it', 'Thanks how do I reset it'],
    ['Is it good ( really ) for me', 'Is it good (really) for me'],
    ['Explain HTTP status 404!', 'explain HTTP status 404'],
    ['What is (2+3)*4', 'What is ( 2 + 3 ) * 4?'],
    ['Is x²+1 even', 'Is x^2 + 1 even'],
    ["How tall is 6' in cm", 'How tall is 6 feet in cm'],
    ['What is Fe²⁺', 'What is Fe2+'],
    ['the square of –5', 'the square of -5'],
    ["How'd Napoleon die?", "how'd napoleon die"],
    ['Hi, could you translate to French: Good morning', 'Translate to French: "Good morning"'],
    ["What's the correct dose? Note: I'm 40", 'What is the correct dose? Note: I am 40'],
    ["How do I correct it? It's late. Thanks", 'how do I correct it? it is late'],
    ['thanks :D how do I reset it', 'Thanks D how do I reset it'],
    ['help! in vim how do I quit', 'Help: in vim how do I quit'],
    ['i love this! how do i reset it', 'I love this, how do I reset it'],
    ["I'm in: he'd say it, y'all", 'I am in; he would say it, you all'],
    ["Solve y'' = y.", "Solve y'' = y"],
    ["What is 'plan B'?", "What is 'plan B'"],
    ['What does ::before do, (::after)?', 'what does ::before do ::after'],
    ["I'd like it, and you'd know", 'I would like it, and you would know'],
    ['Sort these:\n  b\n\n  a', 'Sort these:\r\n  b\r\n  a'],
    ['  Sort these:\n  b\n  a', 'Sort these:\nb\na'],
  ])('%s = %s', (a, b) => {
    expect(key(a)).toBe(key(b));
    expect(key(a)).toBeDefined();
  });

  it.each([
    ['enable 2FA', 'disable 2FA'],
    ['2+2', '2+3'],
    ['2+2', '2-2'],
    ['What is C?', 'What is C++?'],
    ['What is C++?', 'What is C#?'],
    ['eat before the test', 'eat after the test'],
    ['pasta with garlic', 'pasta without garlic'],
    ['I should eat', 'I should not eat'],
    ['grep -i foo', 'grep -I foo'],
    ['explain useState', 'explain useMemo'],
    ['USD to EUR', 'EUR to USD'],
    ["translate 'hello'", "translate 'Hello'"],
    ['say "stop"', 'say stop'],
    ['how do I say thanks', 'how do I say hello'],
    ['Translate: thanks', 'Translate: bye'],
    ['what is vitamin a', 'what is vitamin'],
    ['well water testing', 'water testing'],
    ['Hello Kitty age', 'Kitty age'],
    ['do you know Python', 'Python'],
    ['What is IT?', 'What is it?'],
    ['año', 'ano'],
    ['schön', 'schon'],
    ['法国的首都', '德国的首都'],
    ['включить режим', 'выключить режим'],
    ['كيف أفتح حسابا', 'كيف أغلق حسابا'],
    ['what does 😊 mean', 'what does 😢 mean'],
    ['thank you', 'thanks'],
    ['how to please my boss', 'how to my boss'],
    ['Python 3.1', 'Python 3.10'],
    ['What does g do in vim?', 'What does G do in vim?'],
    ['What does :w do in vim?', 'What does :W do in vim?'],
    ['What is G in physics?', 'What is g in physics?'],
    ['What is Δx?', 'What is δx?'],
    ['100 Mbps to kB', '100 MBps to kb'],
    ['How much is 5 Mb in kB?', 'How much is 5 MB in kB?'],
    ['How much is 5Mb in kB?', 'How much is 5MB in kB?'],
    ['What is 1 mW in W?', 'What is 1 MW in W?'],
    ['What does please mean?', 'What does kindly mean?'],
    ['Who sang Thank You?', 'Who sang?'],
    ['Who sang Please Mr. Postman?', 'Who sang Mr. Postman?'],
    ['How do I spell color?', 'How do I spell colour?'],
    ['When do I use the?', 'When do I use an?'],
    ['Which is right: a or an?', 'Which is right: an or the?'],
    ['What does ** do in Python?', 'What does * do in Python?'],
    ['What does () mean in Python?', 'What does [] mean in Python?'],
    ['between () and []?', 'between () and {}?'],
    ['What does cd .. do?', 'What does cd - do?'],
    ['What does ?. do in TypeScript?', 'What does ?? do in TypeScript?'],
    ['What does the regex . match?', 'What does the regex \\. match?'],
    ['What does git checkout . do?', 'What does git checkout do?'],
    ['Is rm -rf . dangerous?', 'Is rm -rf .. dangerous?'],
    ['What does :: mean in C++', 'What does : mean in C++'],
    ['What does $! mean in bash?', 'What does $? mean in bash?'],
    ['What does -- do in SQL', 'What does - do in SQL'],
    ['What is 2 * (3 + 4)?', 'What is 2 * 3 + 4?'],
    ['What is 10 - (4 + 2)?', 'What is 10 - 4 + 2?'],
    ['Simplify a - (b - c)', 'Simplify a - b - c'],
    ['What is 5! + 3?', 'What is 5 + 3?'],
    ['What is 100! / 98!?', 'What is 100 / 98?'],
    ['Calculate 6!', 'Calculate 6'],
    ['the square of - 5', 'the square of 5'],
    ['What is –5 + 3?', 'What is 5 + 3?'],
    ["How tall is 6' in cm?", 'How tall is 6" in cm?'],
    ['Is 1 in (0, 1)?', 'Is 1 in [0, 1]?'],
    ['10⁶ divided by 4', '106 divided by 4'],
    ['What is 10⁻³?', 'What is 10-3?'],
    ['What is x⁻¹?', 'What is x-1?'],
    ['What is ! in Swift?', 'What is ? in Swift?'],
    ['What is ?? in C#?', 'What is ?. in C#?'],
    ['What is !! in Kotlin?', 'What is ?: in Kotlin?'],
    ['When do I use [[ x ]] in bash?', 'When do I use [ x ] in bash?'],
    ['How does sort! in Ruby work?', 'How does sort in Ruby work?'],
    ['Is it !important in CSS?', 'Is it important in CSS?'],
    ['What does :q! do in vim?', 'What does :q do in vim?'],
    ['When do I use ::before?', 'When do I use :before?'],
    ["What is a 'static reference?", 'What is a static reference?'],
    ['Is ::1 an address?', 'Is 1 an address?'],
    ['What does {{x}} mean in Helm?', 'What does {x} mean in Helm?'],
    ["Solve y'' = y", "Solve y' = y"],
    ["Solve y' = y", 'Solve y = y'],
    ['Solve y″ = y', 'Solve y′ = y'],
    ["Simplify A'B + AB'", 'Simplify AB + AB'],
    ["Find x' for x = t^2", "Find x'' for x = t^2"],
    ["What is f'?", "What is f''?"],
    ['Translate to Japanese: Please sit down', 'Translate to Japanese: Sit down'],
    ['Translate into French: Hello, thank you very much', 'Translate into French: Hello'],
    [
      'Is this sentence correct: I like cats, dogs and birds',
      'Is this sentence correct: I like cats, dogs, and birds',
    ],
    ['Is this sentence correct: I ate an apple', 'Is this sentence correct: I ate a apple'],
    ['Please fix this: He dont know', 'Please fix this: He do not know'],
    ['Rewrite politely:\n\nPlease leave', 'Rewrite politely:\n\nLeave'],
    ["How'd Napoleon die?", 'How would Napoleon die?'],
    ["Where'd the money go?", 'Where would the money go?'],
    [`Explain ${loop('    print(x)')}`, `Explain ${loop('print(x)')}`],
    ['Convert to JSON:\na:\n  b: 1\n  c: 2', 'Convert to JSON:\na:\n  b: 1\nc: 2'],
  ])('%s ≠ %s', (a, b) => {
    expect(key(a)).not.toBe(key(b));
    expect(key(a)).toBeDefined();
  });

  it('keeps the plain words where all is courtesy', () => {
    expect(signature('Thank you!')?.tokens).toEqual(['thank', 'you']);
    expect(signature('Hi, thanks')?.tokens).toEqual(['hi', 'thanks']);
  });

  it('is undefined where nothing is left, and for texts that are too long', () => {
    for (const empty of ['', '  \n', '...', '?!', '—']) expect(signature(empty)).toBeUndefined();
    expect(signature('word '.repeat(maxTokens))).toBeDefined();
    expect(signature('word '.repeat(maxTokens + 1))).toBeUndefined();
    expect(signature('word '.repeat(100_000))).toBeUndefined();
  });

  it('tells where a quotation ends', () => {
    expect(key('Translate "good morning"')).not.toBe(key('Translate "good" morning'));
    expect(key('Translate "good\0morning"')).toBeUndefined();
  });

  it('does not change when read again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('how', 'do', 'I', 'not', 'reset', '5', 'km', 'password'), { minLength: 1 }),
        (words) => {
          const once = signature(words.join(' '))!;
          expect(signature(once.tokens.join(' '))?.key).toBe(once.key);
        },
      ),
    );
  });

  it('keeps order, and every word that is no courtesy', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[b-z]{5,9}$/), { minLength: 2, maxLength: 12 }),
        (words) => {
          expect(key(words.join(' '))).not.toBe(key(words.toReversed().join(' ')));
          expect(key(words.join(' '))).not.toBe(key(words.slice(1).join(' ')));
        },
      ),
    );
  });
});

it('a text has the same signature however often it comes, and whatever comes between', () => {
  const texts = Array.from({ length: 5_000 }, (_, n) => (n % 7 === 0 ? '' : `What is number ${n}?`));
  for (const at of [0, 0, 0, 1, 2, 3, 1]) {
    for (const text of texts.slice(at * 1_000)) expect(looseSignature(text)?.key).toBe(key(text));
  }
});
