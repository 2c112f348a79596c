import { errorOf, hitRatio, type Point } from './point.ts';

export interface Series {
  readonly name: string;
  readonly by: 'threshold' | 'overlap';
  readonly points: readonly Point[];
}

/** Precision against hit ratio, as SVG: a line for each series, a label at each point. Points without a judgement are left out. */
export function plot(series: readonly Series[], chosen: Point | undefined): string {
  const known = series.map((each) => ({
    ...each,
    points: each.points
      .filter((point) => errorOf(point) !== undefined)
      .toSorted((a, b) => hitRatio(a) - hitRatio(b)),
  }));
  const all = known.flatMap(({ points }) => points);
  const x = axis(all.map(hitRatio), left, width - right);
  const y = axis(all.map(precision), height - bottom, top);
  const at = (point: Point) =>
    `${x.place(hitRatio(point)).toFixed(1)},${y.place(precision(point)).toFixed(1)}`;
  const parts = [
    ...x.ticks.map((tick) => {
      const place = x.place(tick).toFixed(1);
      return `<path class="grid" d="M${place} ${top}V${height - bottom}"/><text x="${place}" y="${height - bottom + 18}" text-anchor="middle">${label(tick)}</text>`;
    }),
    ...y.ticks.map((tick) => {
      const place = y.place(tick).toFixed(1);
      return `<path class="grid" d="M${left} ${place}H${width - right}"/><text x="${left - 8}" y="${place}" dy="4" text-anchor="end">${label(tick)}</text>`;
    }),
    `<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle">hit ratio</text>`,
    `<text x="14" y="${(top + height - bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(top + height - bottom) / 2})">precision</text>`,
    ...known.flatMap(({ name, by, points }, which) => [
      `<polyline class="s${which}" points="${points.map(at).join(' ')}"/>`,
      ...points.map((point, place) => {
        // Where points lie close together, the first of them is named.
        const before = points[place - 1];
        const isNamed = before === undefined || x.place(hitRatio(point)) - x.place(hitRatio(before)) >= 22;
        const [cx, cy] = at(point).split(',');
        const said = `<title>${by} ${point[by]}: precision ${label(precision(point), 2)}, hit ratio ${label(hitRatio(point))}</title>`;
        return `<circle class="s${which}" cx="${cx}" cy="${cy}" r="3.5">${said}</circle>${isNamed ? `<text class="small" x="${cx}" y="${cy}" dy="${which === 0 ? -8 : 16}" text-anchor="middle">${point[by]}</text>` : ''}`;
      }),
      `<circle class="s${which}" cx="${left + 12}" cy="${height - bottom - 34 + which * 18}" r="3.5"/><text x="${left + 22}" y="${height - bottom - 30 + which * 18}">${name}</text>`,
    ]),
    ...(chosen === undefined || errorOf(chosen) === undefined
      ? []
      : [
          `<circle class="chosen" cx="${at(chosen).split(',')[0]}" cy="${at(chosen).split(',')[1]}" r="8"><title>recommended</title></circle>`,
        ]),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<style>svg{background:#fff}text{fill:#333}.small{font-size:9px}.grid{stroke:#ddd}polyline{fill:none;stroke-width:1.5}
polyline.s0{stroke:#1f6feb}circle.s0{fill:#1f6feb}polyline.s1{stroke:#bf5700}circle.s1{fill:#bf5700}.chosen{fill:none;stroke:#1a7f37;stroke-width:2}</style>
${parts.join('\n')}
</svg>
`;
}

const precision = (point: Point): number => 1 - (errorOf(point)?.share ?? 0);

const label = (share: number, digits = 1): string => `${Number((share * 100).toFixed(digits))} %`;

/** A scale over all values, with a margin, and round places on it. */
function axis(values: readonly number[], from: number, to: number) {
  const low = Math.min(...values, 1);
  const high = Math.max(...values, 0);
  const room = Math.max((high - low) * 0.08, 0.001);
  const [least, most] = [Math.max(0, low - room), Math.min(1, high + room)];
  const step =
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((each) => (most - least) / each <= 8) ?? 0.5;
  const ticks: number[] = [];
  for (let tick = Math.ceil(least / step); tick * step <= most; tick++) ticks.push(tick * step);
  return { ticks, place: (value: number) => from + ((value - least) / (most - least || 1)) * (to - from) };
}

const width = 720;
const height = 440;
const left = 76;
const right = 20;
const top = 28;
const bottom = 48;
