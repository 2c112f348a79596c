import { errorOf, hitRatio, type Point } from './point.ts';

/** A table of points for a terminal; `marks` says of some of them what they are. */
export function table(
  points: readonly Point[],
  by: 'threshold' | 'overlap',
  marks: (point: Point) => string,
): string {
  const lines = points.map((point) => {
    const error = errorOf(point);
    return [
      point[by].toFixed(2),
      String(Math.round(point.hits)),
      percent(hitRatio(point)),
      error === undefined ? '–' : String(point.wrong),
      error === undefined ? '–' : percent(1 - error.share, 2),
      error === undefined ? '–' : percent(error.share, 2),
      error === undefined ? '–' : percent(error.high, 2),
      marks(point),
    ];
  });
  const head = [by, 'hits', 'hit ratio', 'wrong', 'precision', 'error', 'at most', ''];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...lines.map((line) => line[column]!.length)),
  );
  const written = [head, ...lines].map((line) =>
    line
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return `${written.join('\n')}\n`;
}

export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;
