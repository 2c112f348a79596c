import { Histogram, type Registry } from 'prom-client';

/**
 * A histogram of seconds by one label. With prom-client's own way of counting, which hashes the labels of each value and
 * writes its bucket as text, the histograms of a hit would take as long as its lookup.
 */
export class Durations<Label extends string> extends Histogram<Label> {
  readonly #label: Label;
  /** In ascending order. */
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(options: {
    name: string;
    help: string;
    label: Label;
    bounds: readonly number[];
    registers: Registry[];
  }) {
    const { label, bounds, ...more } = options;
    super({ ...more, labelNames: [label], buckets: [...bounds] });
    this.#label = label;
    this.#bounds = bounds;
  }

  add(value: string, seconds: number): void {
    let series = this.#series.get(value);
    if (series === undefined) {
      series = { counts: this.#bounds.map(() => 0), count: 0, sum: 0 };
      this.#series.set(value, series);
    }
    const at = this.#bounds.findIndex((bound) => seconds <= bound);
    if (at !== -1) series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.count++;
    series.sum += seconds;
  }

  /** What a registry asks for at a scrape, and `get` too. */
  async getForPromString() {
    const { name, help } = this as unknown as { name: string; help: string };
    const values = [...this.#series].flatMap(([value, { counts, count, sum }]) => {
      const sharedLabels = { [this.#label]: value };
      const line = (suffix: string, value: number, labels: object = {}) => ({
        ...{ metricName: `${name}_${suffix}`, labels, sharedLabels, value },
      });
      let below = 0;
      return [
        ...this.#bounds.map((le, at) => {
          below += counts[at] ?? 0;
          return line('bucket', below, { le });
        }),
        line('bucket', count, { le: '+Inf' }),
        line('sum', sum),
        line('count', count),
      ];
    });
    return { name, help, type: 'histogram', values, aggregator: 'sum' };
  }
}

interface Series {
  /** By bucket. */
  readonly counts: number[];
  count: number;
  sum: number;
}
