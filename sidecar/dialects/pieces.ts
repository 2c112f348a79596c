/**
 * A text as the events of a stream tell it: at once, or for a reply in a rhythm in at most 64 pieces that end where words
 * do. Together they are the text, and there is always one.
 */
export function piecesOf(text: string, paced: boolean | undefined): readonly string[] {
  if (!paced) return [text];
  const words = text.match(/\s*\S+\s*$|\s*\S+/g);
  if (words === null) return [text];
  const each = Math.ceil(words.length / mostPieces);
  return Array.from({ length: Math.ceil(words.length / each) }, (_, at) =>
    words.slice(at * each, (at + 1) * each).join(''),
  );
}

const mostPieces = 64;
