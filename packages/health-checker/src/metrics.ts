import {
  networkContextLabels,
  type Counter,
  type Histogram,
  type MetricFamily,
  type Metrics,
  type NetworkContext,
} from '@diemnet/types';

/** Why a ping failed. */
export type PingFailureReason = 'timed-out' | 'wrong-answer' | 'error';

/** The measurements of one HealthChecker; both are additions to those of the reference. */
export class HealthMetrics {
  readonly #labels: ReturnType<typeof networkContextLabels>;
  readonly #roundTrip: Histogram;
  readonly #failures: MetricFamily<Counter>;

  constructor(metrics: Metrics, context: NetworkContext) {
    this.#labels = networkContextLabels(context);
    const labelNames = Object.keys(this.#labels);
    this.#roundTrip = metrics
      .histogram({
        name: 'diem_network_ping_round_trip_seconds',
        help: 'Time from a ping to its pong',
        labelNames,
      })
      .labels(this.#labels);
    this.#failures = metrics.counter({
      name: 'diem_network_ping_failures',
      help: 'Failed pings, and intervals of silence after one',
      labelNames: [...labelNames, 'reason'],
    });
  }

  roundTrip(ms: number): void {
    this.#roundTrip.observe(ms / 1000);
  }

  failed(reason: PingFailureReason): void {
    this.#failures.labels({ ...this.#labels, reason }).inc();
  }
}
