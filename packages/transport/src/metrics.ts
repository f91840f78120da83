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
import type { RefusalReason } from './inbound-gate.js';
import type { UpgradeStage } from './upgrade-attempt.js';
import type { StageTiming } from './upgrade-report.js';

const CONTEXT_LABELS = ['role_type', 'network_id', 'peer_id'] as const;

interface DirectionMetrics {
  readonly pending: Gauge;
  readonly succeededSeconds: Histogram;
  readonly failedSeconds: Histogram;
}

/** What upgrades report (observability 2, and of ours: failures by stage and reason, time per stage). */
export class TransportMetrics {
  readonly #labels: Readonly<Record<string, string>>;
  readonly #failures: MetricFamily<Counter>;
  readonly #refusals: MetricFamily<Counter>;
  readonly #stages: MetricFamily<Histogram>;
  /** By direction, stage and state: a few dozen, each needed at every upgrade. */
  readonly #stageSeconds = new Map<string, Histogram>();
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
    this.#stages = metrics.histogram({
      name: 'diem_network_connection_upgrade_stage_seconds',
      help: 'Time that upgrades spend in each stage',
      labelNames: [...CONTEXT_LABELS, 'direction', 'stage', 'state'],
    });
    this.#refusals = metrics.counter({
      name: 'diem_network_inbound_upgrades_refused',
      help: 'Inbound upgrades refused or given up before any cryptography, by the limit',
      labelNames: [...CONTEXT_LABELS, 'reason'],
    });
    const bind = (direction: ConnectionOrigin): DirectionMetrics => ({
      pending: pending.labels({ ...labels, direction }),
      succeededSeconds: seconds.labels({ ...labels, direction, state: 'succeeded' }),
      failedSeconds: seconds.labels({ ...labels, direction, state: 'failed' }),
    });
    this.#directions = { inbound: bind('inbound'), outbound: bind('outbound') };
  }

  refused(reason: RefusalReason): void {
    this.#refusals.labels({ ...this.#labels, reason }).inc();
  }

  started(direction: ConnectionOrigin): void {
    this.#directions[direction].pending.inc();
  }

  succeeded(direction: ConnectionOrigin, elapsedMs: number, stages: readonly StageTiming[]): void {
    this.#directions[direction].pending.dec();
    this.#directions[direction].succeededSeconds.observe(elapsedMs / 1000);
    for (const { stage, durationMs } of stages) this.#passed(direction, stage, 'succeeded', durationMs);
  }

  /** The last of `stages` is the one that failed. */
  failed(
    direction: ConnectionOrigin,
    elapsedMs: number,
    stages: readonly StageTiming[],
    reason: string,
  ): void {
    this.#directions[direction].pending.dec();
    this.#directions[direction].failedSeconds.observe(elapsedMs / 1000);
    for (const [i, { stage, durationMs }] of stages.entries()) {
      const failed = i === stages.length - 1;
      this.#passed(direction, stage, failed ? 'failed' : 'succeeded', durationMs);
      if (failed) this.#failures.labels({ ...this.#labels, direction, stage, reason }).inc();
    }
  }

  #passed(direction: ConnectionOrigin, stage: UpgradeStage, state: string, durationMs: number): void {
    const key = `${direction} ${stage} ${state}`;
    let seconds = this.#stageSeconds.get(key);
    if (seconds === undefined) {
      seconds = this.#stages.labels({ ...this.#labels, direction, stage, state });
      this.#stageSeconds.set(key, seconds);
    }
    seconds.observe(durationMs / 1000);
  }
}
