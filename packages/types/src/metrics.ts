/** Label values of one series. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Name, meaning and label names of a metric (observability 2). */
export interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** Histograms: upper bounds. @default the Prometheus defaults */
  readonly buckets?: readonly number[];
}

/** One series of a counter. Bind it once, outside the hot path. */
export interface Counter {
  inc(by?: number): void;
}

/** One series of a gauge. */
export interface Gauge {
  set(value: number): void;
  inc(by?: number): void;
  dec(by?: number): void;
}

/** One series of a histogram. */
export interface Histogram {
  observe(value: number): void;
}

/** A metric whose series are chosen by label values. */
export interface MetricFamily<Series> {
  labels(values?: MetricLabels): Series;
  /** Forgets the series with these label values, for peers that are gone. */
  remove(values: MetricLabels): void;
}

/**
 * Where measurements go. Asking twice for the same name gives the same metric, so that several
 * networks of a process share it. Default: {@link noMetrics}, which costs nothing.
 */
export interface Metrics {
  counter(options: MetricOptions): MetricFamily<Counter>;
  gauge(options: MetricOptions): MetricFamily<Gauge>;
  histogram(options: MetricOptions): MetricFamily<Histogram>;
}

const noSeries: Counter & Gauge & Histogram = Object.freeze({
  inc() {},
  dec() {},
  set() {},
  observe() {},
});

const noFamily = Object.freeze({ labels: () => noSeries, remove() {} });

/** Measures nothing: the default everywhere. */
export const noMetrics: Metrics = Object.freeze({
  counter: () => noFamily,
  gauge: () => noFamily,
  histogram: () => noFamily,
});
