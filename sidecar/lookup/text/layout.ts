/**
 * How far each line of a text is indented, beyond the least of them: '' where all stand alike. In Python, in YAML and in
 * lists within lists it says what belongs to what, and no token tells of it. Empty lines say nothing; a tab counts as one space.
 */
export function layout(text: string): string {
  if (!indented.test(text)) return '';
  const lines = text.split(/\r\n|[\n\r]/).filter((line) => line.trim() !== '');
  const indents = lines.map((line) => margin.exec(line)![0].length);
  const least = indents.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return indents.every((indent) => indent === least) ? '' : indents.map((indent) => indent - least).join();
}

const indented = /[\n\r][\t ]/;

const margin = /^[\t ]*/;
