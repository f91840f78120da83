import {
  networkContextLabels,
  type Counter,
  type Gauge,
  type Histogram,
  type MetricFamily,
  type Metrics,
  type NetworkContext,
} from '@diemnet/types';
import type { ConnectionOrigin } from './connection.js';
import type { UpgradeStage } from './upgrade-attempt.js';

const CONTEXT_LABELS = ['role_type', 'network_id', 'peer_id'] as const;

interface DirectionMetrics {
  readonly pending: Gauge;
  readonly succeededSeconds: Histogram;
  readonly failedSeconds: Histogram;
}

/** What upgrades report (observability.md 2, and one counter of ours for failures by stage and reason). */
export class TransportMetrics {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #failures: MetricFamily<Counter>;
  readonly #directions: Readonly<Record<ConnectionOrigin, DirectionMetrics>>;

  constructor(metrics: Metrics, context: NetworkContext) {
    const labels = networkContextLabels(context);
    const pending = metrics.gauge({
      name: 'diem_network_pending_connection_upgrades',
      help: 'Upgrades under way',
      labelNames: [...CONTEXT_LABELS, 'direction'],
    });
    const seconds = metrics.histogram({
      name: 'diem_network_connection_upgrade_time_seconds',
      help: 'Duration of an upgrade, from accept or dial to its end',
      labelNames: [...CONTEXT_LABELS, 'direction', 'state'],
    });
    this.#labels = labels;
    this.#failures = metrics.counter({
      name: 'diem_network_connection_upgrade_failures',
      help: 'Upgrades that failed, by the stage they had reached and the code of the error',
      labelNames: [...CONTEXT_LABELS, 'direction', 'stage', 'reason'],
    });
    const bind = (direction: ConnectionOrigin): DirectionMetrics => ({
      pending: pending.labels({ ...labels, direction }),
      succeededSeconds: seconds.labels({ ...labels, direction, state: 'succeeded' }),
      failedSeconds: seconds.labels({ ...labels, direction, state: 'failed' }),
    });
    this.#directions = { inbound: bind('inbound'), outbound: bind('outbound') };
  }

  started(direction: ConnectionOrigin): void {
    this.#directions[direction].pending.inc();
  }

  succeeded(direction: ConnectionOrigin, elapsedMs: number): void {
    this.#directions[direction].pending.dec();
    this.#directions[direction].succeededSeconds.observe(elapsedMs / 1000);
  }

  failed(direction: ConnectionOrigin, elapsedMs: number, stage: UpgradeStage, reason: string): void {
    this.#directions[direction].pending.dec();
    this.#directions[direction].failedSeconds.observe(elapsedMs / 1000);
    this.#failures.labels({ ...this.#labels, direction, stage, reason }).inc();
  }
}
