import type {
  Counter,
  Gauge,
  Histogram,
  MetricFamily,
  MetricLabels,
  MetricOptions,
  Metrics,
} from '@diemnet/types';
import {
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
  type Metric,
} from 'prom-client';
import { InspectorError } from '../errors.js';

type Kind = 'counter' | 'gauge' | 'histogram';

/** Upper bounds of histograms that ask for none: those of Prometheus clients, in seconds. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics that end in a prom-client registry. */
export interface PromMetrics extends Metrics {
  /** Its `metrics()` is what Prometheus reads. */
  readonly registry: Registry;
}

/**
 * Metrics in the format of Prometheus. Several networks, and several calls with one registry, share each metric.
 * @throws InspectorError `ERR_METRIC_MISMATCH` (when a metric is asked for) if its name stands for another kind of
 * metric, or for one with other labels
 * @example
 * const metrics = promMetrics();
 * const node = await createNode(config, { metrics });
 * await metrics.registry.metrics(); // text
 */
export function promMetrics(registry: Registry = new Registry()): PromMetrics {
  const find = <M extends Metric>(kind: Kind, options: MetricOptions, create: () => M): M => {
    const known = registry.getSingleMetric(options.name) as (Metric & { labelNames?: string[] }) | undefined;
    if (known === undefined) return create();
    const same =
      known instanceof CLASSES[kind] && sameNames(known.labelNames ?? [], options.labelNames ?? []);
    if (same) return known as M;
    throw new InspectorError(
      'ERR_METRIC_MISMATCH',
      `${options.name} is registered as another metric: not a ${kind} with these labels`,
      { details: { name: options.name } },
    );
  };
  const settings = ({ name, help, labelNames = [] }: MetricOptions) => ({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    registry,
    counter(options): MetricFamily<Counter> {
      const counter = find('counter', options, () => new PromCounter(settings(options)));
      return family(counter, options, (labels) => {
        const series = counter.labels(labels);
        return { inc: (by = 1) => series.inc(by) };
      });
    },
    gauge(options): MetricFamily<Gauge> {
      const gauge = find('gauge', options, () => new PromGauge(settings(options)));
      return family(gauge, options, (labels) => {
        const series = gauge.labels(labels);
        return {
          set: (value) => series.set(value),
          inc: (by = 1) => series.inc(by),
          dec: (by = 1) => series.dec(by),
        };
      });
    },
    histogram(options): MetricFamily<Histogram> {
      const histogram = find(
        'histogram',
        options,
        () => new PromHistogram({ ...settings(options), buckets: [...(options.buckets ?? DEFAULT_BUCKETS)] }),
      );
      return family(histogram, options, (labels) => {
        const series = histogram.labels(labels);
        return { observe: (value) => series.observe(value) };
      });
    },
  };
}

const CLASSES = { counter: PromCounter, gauge: PromGauge, histogram: PromHistogram };

function family<Series>(
  metric: { remove(labels: Record<string, string | number>): void },
  { labelNames = [] }: MetricOptions,
  bind: (labels: Record<string, string>) => Series,
): MetricFamily<Series> {
  return {
    labels: (values: MetricLabels = {}) => bind({ ...values }),
    // prom-client forgets a series by all of its labels only.
    remove: (values) =>
      metric.remove(Object.fromEntries(labelNames.map((name) => [name, values[name] ?? '']))),
  };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join();
}
