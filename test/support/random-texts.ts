/** As many as the nightly run wants: `FOURFOLD_FUZZ=1000000`. */
export const manyTexts = Number(process.env.FOURFOLD_FUZZ ?? 20_000);

const pieces = [
  ..."how do i reset my password what is not the 2+2 3pm $85,000 C++ -i useState() /etc/passwd \"quoted\" `code` don't he's please thanks 法国 año كيف 😊 🇫🇷 ﷺ I I’m “x” twenty-five hundred million 1,000 1. .5 '' \" ` ' ( ) [ ] {}  \t \n \r\n \u0000 \u200d \u0301 \ud800 ... !!! --- ___ a/b and/or 90s n't from to before hi".split(
    ' ',
  ),
  'hi there ',
  'can you tell me',
];

/** xorshift: the same texts in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Questions as people write them, cut up and mixed with every kind of character, one lone half of a pair included. */
export function randomTexts(seed: number): () => string {
  const below = random(seed);
  let n = 0;
  return () => {
    let text = '';
    for (let left = below(n++ % 100 === 0 ? 400 : 14); left > 0; left--) {
      const kind = below(10);
      if (kind < 7) text += pieces[below(pieces.length)];
      else if (kind < 9) text += String.fromCodePoint(32 + below(0x2fff));
      else text += String.fromCodePoint(below(0x110000));
      if (below(3) > 0) text += ' ';
    }
    return text;
  };
}
