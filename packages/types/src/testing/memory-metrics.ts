import type {
  Counter,
  Gauge,
  Histogram,
  MetricFamily,
  MetricLabels,
  MetricOptions,
  Metrics,
} from '../metrics.js';

class Series implements Counter, Gauge, Histogram {
  value = 0;
  readonly observations: number[] = [];

  inc(by = 1): void {
    this.value += by;
  }

  dec(by = 1): void {
    this.value -= by;
  }

  set(value: number): void {
    this.value = value;
  }

  observe(value: number): void {
    this.observations.push(value);
  }
}

/** Metrics that a test can read. */
export class MemoryMetrics implements Metrics {
  readonly #families = new Map<string, Map<string, Series>>();

  counter(options: MetricOptions): MetricFamily<Counter> {
    return this.#family(options);
  }

  gauge(options: MetricOptions): MetricFamily<Gauge> {
    return this.#family(options);
  }

  histogram(options: MetricOptions): MetricFamily<Histogram> {
    return this.#family(options);
  }

  /** Current value of a counter or gauge: the sum over all series that carry at least these labels. */
  value(name: string, labels: MetricLabels = {}): number {
    return this.#matching(name, labels).reduce((sum, series) => sum + series.value, 0);
  }

  /** Everything observed by a histogram under at least these labels. */
  observations(name: string, labels: MetricLabels = {}): number[] {
    return this.#matching(name, labels).flatMap((series) => series.observations);
  }

  /** Names of all metrics asked for so far. */
  names(): string[] {
    return [...this.#families.keys()].sort();
  }

  #matching(name: string, labels: MetricLabels): Series[] {
    const wanted = Object.entries(labels);
    return [...(this.#families.get(name) ?? [])]
      .filter(([key]) => {
        const actual = JSON.parse(key) as Record<string, string>;
        return wanted.every(([label, value]) => actual[label] === value);
      })
      .map(([, series]) => series);
  }

  #family({ name }: MetricOptions): MetricFamily<Series> {
    const family = this.#families.get(name) ?? new Map<string, Series>();
    this.#families.set(name, family);
    const keyOf = (labels: MetricLabels) => JSON.stringify(Object.fromEntries(Object.entries(labels).sort()));
    return {
      labels(values = {}) {
        const key = keyOf(values);
        const series = family.get(key) ?? new Series();
        family.set(key, series);
        return series;
      },
      remove(values) {
        family.delete(keyOf(values));
      },
    };
  }
}
